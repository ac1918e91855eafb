import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.env.PropertySourceLoader;
import io.micronaut.context.env.yaml.YamlPropertySourceLoader;
import io.micronaut.context.env.PropertiesPropertySourceLoader;

/**
 * Serves each folder `case0`, `case1`, … of the first argument on the port that comes next: a Micronaut server that is
 * configured by the application files of the folder, outside of any environment. One that refuses to start answers 599.
 */
public class Host {
  public static void main(String[] args) throws Exception {
    for (int index = 1; index < args.length; index++) {
      int port = Integer.parseInt(args[index]);
      try {
        Path folder = Path.of(args[0], "case" + (index - 1));
        List<PropertySource> sources = new ArrayList<>();
        add(sources, new YamlPropertySourceLoader(), folder.resolve("application.yml"), -300);
        add(sources, new PropertiesPropertySourceLoader(), folder.resolve("application.properties"), -200);
        sources.add(PropertySource.of("host", Map.of("micronaut.server.port", port, "micronaut.server.host", "127.0.0.1"), 100));
        ApplicationContext context = ApplicationContext.builder().deduceEnvironment(false).bootstrapEnvironment(false).propertySources(sources.toArray(new PropertySource[0])).start();
        context.getBean(EmbeddedServer.class).start();
      } catch (Throwable refused) {
        System.err.println("case" + (index - 1) + ": " + refused);
        com.sun.net.httpserver.HttpServer server = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", exchange -> { exchange.sendResponseHeaders(599, -1); exchange.close(); });
        server.start();
      }
    }
  }

  static void add(List<PropertySource> sources, PropertySourceLoader loader, Path file, int order) throws Exception {
    if (!Files.exists(file)) return;
    try (InputStream in = new FileInputStream(file.toFile())) {
      sources.add(PropertySource.of(file.getFileName().toString(), loader.read(file.getFileName().toString(), in), order));
    }
  }
}
