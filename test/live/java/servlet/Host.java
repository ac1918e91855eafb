import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** Serves the classes `case0.App`, `case1.App`, … (a filter in front of a servlet at `/data`, or a servlet), each in Tomcat on a port of its own: `Host PORT...`. */
public class Host {
  /** What stands behind a filter. */
  public static class Plain extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
      if (request.getParameter("fail") != null) throw new IllegalStateException("asked for");
      response.getWriter().print("ok");
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
      response.getWriter().print("ok");
    }
  }

  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(Files.createTempDirectory("live-servlet").toString());
      tomcat.setPort(Integer.parseInt(ports[index]));
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      tomcat.getConnector().setProperty("maxThreads", "2");
      tomcat.getConnector().setProperty("minSpareThreads", "1");
      Context web = tomcat.addContext("", null);
      Tomcat.addServlet(web, "default", new DefaultServlet());
      web.addServletMappingDecoded("/", "default");
      Object app = Class.forName("case" + index + ".App").getDeclaredConstructor().newInstance();
      if (app instanceof Filter) {
        FilterDef definition = new FilterDef();
        definition.setFilterName("app");
        definition.setFilter((Filter) app);
        web.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName("app");
        WebFilter written = app.getClass().getAnnotation(WebFilter.class);
        String[] patterns = written == null ? new String[] {"/*"} : Stream.of(written.value(), written.urlPatterns()).flatMap(Stream::of).toArray(String[]::new);
        for (String pattern : patterns) map.addURLPattern(pattern);
        web.addFilterMap(map);
      }
      Servlet servlet = app instanceof Servlet ? (Servlet) app : new Plain();
      Tomcat.addServlet(web, "data", servlet);
      WebServlet written = servlet.getClass().getAnnotation(WebServlet.class);
      for (String pattern : written == null ? new String[] {"/data", "/api/data"} : written.value()) web.addServletMappingDecoded(pattern, "data");
      tomcat.start();
    }
    Thread.currentThread().join();
  }
}
