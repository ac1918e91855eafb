import io.javalin.Javalin;
import java.net.InetSocketAddress;

/** Serves `App.app()` of the packages `case0`, `case1`, … on the ports given. One that does not start answers 500. */
public class Host {
  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      int port = Integer.parseInt(ports[index]);
      try {
        Javalin app = (Javalin) Class.forName("case" + index + ".App").getMethod("app").invoke(null);
        app.start("127.0.0.1", port);
      } catch (Throwable refused) {
        System.out.println("case" + index + " does not start: " + refused.getCause());
        com.sun.net.httpserver.HttpServer server = com.sun.net.httpserver.HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> {
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
        server.start();
      }
    }
    Thread.currentThread().join();
  }
}
