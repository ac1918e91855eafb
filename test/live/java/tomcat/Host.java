import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** Serves what `case0`, `case1`, … set up, a `web.xml` or a class `Setup`, each in Tomcat on a port of its own: `Host PORT...`. */
public class Host {
  /** What stands behind the filters. */
  public static class App extends HttpServlet {
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
      if (request.getRequestURI().equals("/fails")) throw new IllegalStateException("asked for");
      if (request.getRequestURI().equals("/missing")) response.sendError(404);
      else response.getWriter().print("ok");
    }
  }

  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      Tomcat tomcat = new Tomcat();
      Path home = Files.createTempDirectory("live-tomcat");
      tomcat.setBaseDir(home.toString());
      tomcat.setPort(Integer.parseInt(ports[index]));
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      tomcat.getConnector().setProperty("maxThreads", "2");
      tomcat.getConnector().setProperty("minSpareThreads", "1");
      Context web = context(tomcat, Files.createDirectories(home.resolve("web")), index);
      Tomcat.addServlet(web, "app", new App());
      web.addServletMappingDecoded("/*", "app");
      tomcat.start();
    }
    Thread.currentThread().join();
  }

  private static Context context(Tomcat tomcat, Path web, int index) throws Exception {
    try (InputStream descriptor = Host.class.getResourceAsStream("/case" + index + "/web.xml")) {
      if (descriptor != null) {
        Files.copy(descriptor, Files.createDirectories(web.resolve("WEB-INF")).resolve("web.xml"));
        Context context = tomcat.addWebapp("", web.toString());
        // Tomcat's own descriptor comes with a servlet for JSP, which is not there.
        context.removeServletMapping("*.jsp");
        context.removeServletMapping("*.jspx");
        return context;
      }
    }
    Context context = tomcat.addContext("", web.toString());
    for (Method method : Class.forName("case" + index + ".Setup").getDeclaredMethods()) {
      method.setAccessible(true);
      if (method.getName().equals("configure")) method.invoke(null, context);
      if (method.getName().equals("onStartup")) context.addServletContainerInitializer((classes, servlets) -> called(method, servlets), null);
    }
    return context;
  }

  private static void called(Method method, ServletContext servlets) {
    try {
      method.invoke(null, servlets);
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
