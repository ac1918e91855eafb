import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringApplication;

/**
 * Starts applications of Spring Boot in one machine: `Host FOLDER NAME:PORT:SECURED...`. Each has its class
 * `NAME.com.example.shop.ShopApplication` and its application files in `FOLDER/NAME`. A secured one knows a user by every request but a
 * preflight; the others are without Spring Security, whatever stands on the class path.
 */
public class Host {
  private static final String SECURITY = "org.springframework.boot.autoconfigure.security.";

  public static void main(String[] args) throws Exception {
    for (int index = 1; index < args.length; index++) {
      String[] parts = args[index].split(":");
      boolean secured = parts[2].equals("true");
      List<Class<?>> sources = new ArrayList<>(List.of(Class.forName(parts[0] + ".com.example.shop.ShopApplication")));
      if (secured) sources.add(Class.forName("Session"));
      Map<String, Object> properties = new HashMap<>(Map.of("server.port", parts[1], "server.address", "127.0.0.1", "server.tomcat.threads.max", "2", "server.tomcat.threads.min-spare", "1", "spring.main.banner-mode", "off", "logging.level.root", "off", "spring.config.location", "optional:file:" + args[0] + "/" + parts[0] + "/"));
      if (!secured) properties.put("spring.autoconfigure.exclude", String.join(",", SECURITY + "servlet.SecurityAutoConfiguration", SECURITY + "servlet.SecurityFilterAutoConfiguration", SECURITY + "servlet.UserDetailsServiceAutoConfiguration", SECURITY + "reactive.ReactiveSecurityAutoConfiguration", SECURITY + "reactive.ReactiveUserDetailsServiceAutoConfiguration"));
      SpringApplication application = new SpringApplication(sources.toArray(new Class<?>[0]));
      application.setDefaultProperties(properties);
      application.setRegisterShutdownHook(false);
      try {
        application.run();
      } catch (Throwable refused) {
        System.out.println(args[index] + " does not start: " + refused);
        System.exit(1);
      }
    }
    Thread.currentThread().join();
  }
}
