import io.quarkus.vertx.http.runtime.cors.CORSConfig;
import io.quarkus.vertx.http.runtime.cors.CORSFilter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Serves each folder `case0`, `case1`, … of the first argument on the port that comes next: Quarkus' CORS filter, as it is
 * configured by the application files of the folder in the profile `prod`, before a route that answers everything with 200.
 * A configuration that Quarkus refuses answers everything with 599.
 */
public class Host {
  static final String PREFIX = "quarkus.http.cors";

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    for (int index = 1; index < args.length; index++) {
      Router router = Router.router(vertx);
      try {
        SmallRyeConfig config = config(Path.of(args[0], "case" + (index - 1)));
        CORSConfig cors = cors(config);
        if (enabled(config, cors)) router.route().handler(new CORSFilter(cors));
        router.route().handler(context -> context.response().end("ok"));
      } catch (Exception refused) {
        System.err.println("case" + (index - 1) + ": " + refused);
        router.route().handler(context -> context.response().setStatusCode(599).end());
      }
      vertx.createHttpServer().requestHandler(router).listen(Integer.parseInt(args[index]), "127.0.0.1").toCompletionStage().toCompletableFuture().get();
    }
  }

  static SmallRyeConfig config(Path folder) throws Exception {
    SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters().withProfile("prod").withValidateUnknown(false);
    for (String name : new String[] {"application", "application-prod", "application-dev"}) {
      if (name.endsWith("-dev")) continue;
      int ordinal = name.endsWith("-prod") ? 20 : 0;
      Path properties = folder.resolve(name + ".properties");
      Path yaml = folder.resolve(name + ".yaml");
      if (Files.exists(properties)) builder.withSources(new PropertiesConfigSource(properties.toUri().toURL(), 250 + ordinal));
      if (Files.exists(yaml)) builder.withSources(new YamlConfigSource(yaml.toUri().toURL(), 255 + ordinal));
    }
    if (CORSConfig.class.isInterface()) builder.withMapping(CORSConfig.class, PREFIX);
    return builder.build();
  }

  static CORSConfig cors(SmallRyeConfig config) throws Exception {
    if (CORSConfig.class.isInterface()) return config.getConfigMapping(CORSConfig.class, PREFIX);
    CORSConfig cors = CORSConfig.class.getDeclaredConstructor().newInstance();
    for (String[] list : new String[][] {{"origins", "origins"}, {"methods", "methods"}, {"headers", "headers"}, {"exposedHeaders", "exposed-headers"}}) {
      Optional<List<String>> items = config.getOptionalValues(PREFIX + "." + list[1], String.class);
      set(cors, list[0], items.map(texts -> texts.stream().map(String::trim).toList()));
    }
    set(cors, "accessControlMaxAge", config.getOptionalValue(PREFIX + ".access-control-max-age", Duration.class));
    set(cors, "accessControlAllowCredentials", config.getOptionalValue(PREFIX + ".access-control-allow-credentials", Boolean.class));
    return cors;
  }

  /** Up to 3.18 the switch is the name of the group; later it is in it. */
  static boolean enabled(SmallRyeConfig config, CORSConfig cors) throws Exception {
    try {
      return (Boolean) CORSConfig.class.getMethod("enabled").invoke(cors);
    } catch (NoSuchMethodException older) {
      return config.getOptionalValue(PREFIX, Boolean.class).orElse(false);
    }
  }

  static void set(CORSConfig cors, String field, Object value) throws Exception {
    CORSConfig.class.getField(field).set(cors, value);
  }
}
