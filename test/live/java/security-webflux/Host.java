import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.AnnotationConfigRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.WebFilter;

/**
 * Serves the components of the packages `case0`, `case1`, … as Spring Boot does, each on a port of its own: `Host PORT...`.
 * Every request but a preflight comes from a user.
 */
public class Host {
  @EnableAutoConfiguration
  static class Application {
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    WebFilter user() {
      return (exchange, chain) ->
          exchange.getRequest().getHeaders().getFirst("Access-Control-Request-Method") != null
              ? chain.filter(exchange)
              : chain.filter(exchange).contextWrite(ReactiveSecurityContextHolder.withAuthentication(new UsernamePasswordAuthenticationToken("user", "", AuthorityUtils.createAuthorityList("ROLE_USER", "ROLE_ADMIN"))));
    }
  }

  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      String name = "case" + index;
      SpringApplication application = new SpringApplication(Application.class);
      application.setWebApplicationType(WebApplicationType.REACTIVE);
      application.setDefaultProperties(Map.of("server.port", ports[index], "server.address", "127.0.0.1", "spring.main.banner-mode", "off", "logging.level.root", "off"));
      application.setRegisterShutdownHook(false);
      application.addInitializers(context -> ((AnnotationConfigRegistry) context).scan(name));
      application.run();
    }
    Thread.currentThread().join();
  }
}
