import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/**
 * A gateway for the configuration of each folder, and what stands behind all of them: `Host UPSTREAM (FOLDER PORT)...`.
 * Upstream allows an origin by itself below `/cors`. In the place of a gateway that does not start, 503 is served.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
public class Host {
  public static void main(String[] args) throws Exception {
    HttpServer upstream = serving(args[0]);
    upstream.createContext("/", exchange -> {
      if (exchange.getRequestURI().getPath().startsWith("/cors")) exchange.getResponseHeaders().add("Access-Control-Allow-Origin", "https://app.example.com");
      exchange.sendResponseHeaders(200, -1);
      exchange.close();
    });
    upstream.start();
    for (int index = 1; index < args.length; index += 2) {
      SpringApplication gateway = new SpringApplication(Host.class);
      gateway.setBannerMode(Banner.Mode.OFF);
      gateway.setLogStartupInfo(false);
      gateway.setRegisterShutdownHook(false);
      try {
        gateway.run("--spring.config.location=file:" + args[index] + "/", "--server.port=" + args[index + 1], "--server.address=127.0.0.1", "--spring.profiles.active=prod", "--logging.level.root=OFF");
      } catch (Exception failure) {
        HttpServer failed = serving(args[index + 1]);
        failed.createContext("/", exchange -> {
          exchange.sendResponseHeaders(503, -1);
          exchange.close();
        });
        failed.start();
      }
    }
    Thread.currentThread().join();
  }

  private static HttpServer serving(String port) throws Exception {
    return HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(port)), 0);
  }
}
