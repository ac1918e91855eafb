import jakarta.servlet.ServletContext;
import java.nio.file.Files;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.boot.web.servlet.ServletContextInitializerBeans;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Serves the components of the packages `case0`, `case1`, … each on a port of its own: `Host PORT...`. Filters are put
 * in front of the dispatcher by Spring Boot's own class for that. An application that does not start answers 500.
 */
public class Host {
  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      int port = Integer.parseInt(ports[index]);
      Tomcat tomcat = tomcat(port);
      Context web = tomcat.addContext("", null);
      AnnotationConfigWebApplicationContext beans = new AnnotationConfigWebApplicationContext();
      beans.setServletContext(web.getServletContext());
      beans.scan("case" + index);
      try {
        beans.refresh();
        web.addServletContainerInitializer((classes, context) -> filters(beans, context), Set.of());
        Tomcat.addServlet(web, "dispatcher", new DispatcherServlet(beans)).setLoadOnStartup(1);
        web.addServletMappingDecoded("/", "dispatcher");
        tomcat.start();
      } catch (Exception refused) {
        System.out.println("case" + index + " does not start: " + refused);
        tomcat.destroy();
        failing(port);
      }
    }
    Thread.currentThread().join();
  }

  static Tomcat tomcat(int port) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("live-spring").toString());
    tomcat.setPort(port);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getConnector().setProperty("maxThreads", "2");
    tomcat.getConnector().setProperty("minSpareThreads", "1");
    return tomcat;
  }

  static void filters(AnnotationConfigWebApplicationContext beans, ServletContext context) {
    try {
      for (ServletContextInitializer one : new ServletContextInitializerBeans(beans.getBeanFactory())) one.onStartup(context);
    } catch (Exception refused) {
      throw new IllegalStateException(refused);
    }
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
