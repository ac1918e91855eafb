import java.util.Map;
import java.util.function.Supplier;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.PropertySourcesPlaceholderConfigurer;

/** Starts `case0.App`, `case1.App`, … with their folders of application files and each profile, and prints what they were given. */
public class Settings {
  public static void main(String[] args) {
    String folder = args[0];
    for (int index = 0; index < Integer.parseInt(args[1]); index++) {
      for (int profile = 2; profile < args.length; profile++) {
        String name = "case" + index;
        String active = args[profile].equals("-") ? "" : args[profile];
        System.out.println(Values.shown(() -> {
          Class<?> app = Class.forName(name + ".App");
          try (ConfigurableApplicationContext context = new SpringApplicationBuilder(app, PropertySourcesPlaceholderConfigurer.class).web(WebApplicationType.NONE).bannerMode(Banner.Mode.OFF).logStartupInfo(false).registerShutdownHook(false).run("--spring.config.location=file:" + folder + "/" + name + "/", "--spring.profiles.active=" + active)) {
            return (Map<?, ?>) ((Supplier<?>) context.getBean(app)).get();
          }
        }));
      }
    }
  }
}
