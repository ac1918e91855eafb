import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.webapp.WebAppContext;

/** Serves what `case0`, `case1`, … set up, a `web.xml` or a class `Setup`, each in Jetty on a port of its own: `Host PORT...`. */
public class Host {
  /** What stands behind the filters. Jetty's own page for an error takes `Vary` away, and asks caches not to keep it. */
  public static class App extends HttpServlet {
    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
      if (request.getRequestURI().equals("/missing")) response.setStatus(404);
      else response.getWriter().print("ok");
    }
  }

  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      Server server = new Server(new QueuedThreadPool(6, 2));
      ServerConnector connector = new ServerConnector(server, 1, 1);
      connector.setHost("127.0.0.1");
      connector.setPort(Integer.parseInt(ports[index]));
      server.addConnector(connector);
      ServletContextHandler web = context(index);
      web.addServlet(new ServletHolder(new App()), "/*");
      server.setHandler(web);
      server.start();
    }
    Thread.currentThread().join();
  }

  private static ServletContextHandler context(int index) throws Exception {
    URL descriptor = Host.class.getResource("/case" + index + "/web.xml");
    if (descriptor != null) {
      WebAppContext web = new WebAppContext(System.getProperty("java.io.tmpdir"), "/");
      web.setDescriptor(descriptor.toString());
      web.setDefaultsDescriptor(null);
      web.setParentLoaderPriority(true);
      return web;
    }
    ServletContextHandler web = new ServletContextHandler();
    web.setContextPath("/");
    for (Method method : Class.forName("case" + index + ".Setup").getDeclaredMethods()) {
      method.setAccessible(true);
      if (method.getName().equals("configure")) method.invoke(null, web);
      if (method.getName().equals("onStartup")) {
        web.addBean(new AbstractLifeCycle() {
          @Override
          protected void doStart() throws Exception {
            ServletContext servlets = web.getServletContext();
            web.getServletContext().setExtendedListenerTypes(true);
            method.invoke(null, servlets);
          }
        }, true);
      }
    }
    return web;
  }
}
