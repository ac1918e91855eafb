import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.AnnotationConfigRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Serves the components of the packages `case0`, `case1`, … as Spring Boot does, each on a port of its own: `Host PORT...`.
 * Every request but a preflight belongs to the session of a user; an application that does not start answers 500.
 */
public class Host {
  @EnableAutoConfiguration
  static class Application {
    @Bean
    FilterRegistrationBean<Filter> session() {
      FilterRegistrationBean<Filter> bean = new FilterRegistrationBean<>((request, response, chain) -> {
        HttpServletRequest asked = (HttpServletRequest) request;
        if (asked.getHeader("Access-Control-Request-Method") == null) {
          SecurityContext user = SecurityContextHolder.createEmptyContext();
          user.setAuthentication(new UsernamePasswordAuthenticationToken("user", "", AuthorityUtils.createAuthorityList("ROLE_USER", "ROLE_ADMIN", "read")));
          asked.getSession(true).setAttribute("SPRING_SECURITY_CONTEXT", user);
        }
        // No error page is asked for: a request for one would pass the chains again.
        chain.doFilter(request, new HttpServletResponseWrapper((HttpServletResponse) response) {
          @Override
          public void sendError(int status) {
            setStatus(status);
          }

          @Override
          public void sendError(int status, String message) {
            setStatus(status);
          }
        });
      });
      bean.setOrder(Integer.MIN_VALUE);
      return bean;
    }
  }

  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      String name = "case" + index;
      int port = Integer.parseInt(ports[index]);
      SpringApplication application = new SpringApplication(Application.class);
      application.setDefaultProperties(Map.of("server.port", port, "server.address", "127.0.0.1", "server.tomcat.threads.max", "2", "server.tomcat.threads.min-spare", "1", "spring.main.banner-mode", "off", "logging.level.root", "off", "spring.main.allow-bean-definition-overriding", "false"));
      application.setRegisterShutdownHook(false);
      application.addInitializers(context -> ((AnnotationConfigRegistry) context).scan(name));
      try {
        application.run();
      } catch (Exception refused) {
        System.out.println(name + " does not start: " + refused);
        failing(port);
      }
    }
    Thread.currentThread().join();
  }

  static void failing(int port) throws Exception {
    com.sun.net.httpserver.HttpServer server = com.sun.net.httpserver.HttpServer.create(new java.net.InetSocketAddress("127.0.0.1", port), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(500, -1);
      exchange.close();
    });
    server.start();
  }
}
