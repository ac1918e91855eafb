import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.File;
import java.nio.file.Files;
import java.util.Properties;
import play.Application;
import play.Mode;
import play.core.server.PekkoHttpServer;
import play.core.server.ServerConfig;
import play.inject.guice.GuiceApplicationBuilder;
import scala.Option;

/** Serves applications without routes, each configured by `FOLDER/case0/application.conf`, … on a port of its own: `Host FOLDER PORT...`. */
public class Host {
  public static void main(String[] args) throws Exception {
    // Many small applications, and one dispatcher of one thread for each.
    String small = "pekko { log-dead-letters = off, actor.default-dispatcher.fork-join-executor { parallelism-min = 1, parallelism-max = 1 } }\n"
        + "play { http.secret.key = \"a-secret-that-is-long-enough-for-the-hash-of-sessions\", server.pekko.http2.enabled = false, http.router = null }\n";
    for (int index = 0; index < args.length - 1; index++) {
      try {
        serve(new File(args[0] + "/case" + index + "/application.conf"), small, Integer.parseInt(args[index + 1]));
      } catch (RuntimeException refusal) {
        refusal.printStackTrace();
        System.exit(1);
      }
    }
    Thread.currentThread().join();
  }

  private static void serve(File file, String small, int port) throws Exception {
    File home = Files.createTempDirectory("live-play").toFile();
    Config config = ConfigFactory.parseFile(file).withFallback(ConfigFactory.parseString(small)).withFallback(ConfigFactory.defaultReference()).resolve();
    Application application = new GuiceApplicationBuilder().in(home).in(Mode.PROD).loadConfig(config).build();
    ServerConfig server = ServerConfig.apply(home, Option.apply(port), Option.empty(), "127.0.0.1", Mode.PROD.asScala(), new Properties(), application.asScala().configuration());
    PekkoHttpServer.fromApplication(application.asScala(), server);
  }
}
