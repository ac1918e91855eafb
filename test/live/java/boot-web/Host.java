import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;

/**
 * Starts the Spring Boot applications `case0.App`, `case1.App`, … in one machine, each with the application file of its
 * name: `Host FOLDER CASE...`. One that does not start is left out, and told of.
 */
public class Host {
  public static void main(String[] args) throws Exception {
    for (int index = 1; index < args.length; index++) {
      try {
        SpringApplication application = new SpringApplication(Class.forName(args[index] + ".App"));
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.setRegisterShutdownHook(false);
        application.run("--spring.config.location=file:" + args[0] + "/" + args[index] + "/application.properties", "--server.address=127.0.0.1", "--server.tomcat.threads.max=2", "--server.tomcat.threads.min-spare=1", "--logging.level.root=off", "--spring.main.lazy-initialization=true");
      } catch (Throwable refused) {
        System.out.println(args[index] + " does not start: " + refused);
      }
    }
    Thread.currentThread().join();
  }
}
