import java.lang.reflect.Method;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves the handlers that `case0`, `case1`, … make, each in Jetty on a port of its own: `Host PORT...`. */
public class Host {
  /** What stands behind a handler. */
  public static class App extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String path = Request.getPathInContext(request);
      if (path.equals("/fails")) throw new IllegalStateException("asked for");
      if (path.equals("/missing")) {
        response.setStatus(HttpStatus.NOT_FOUND_404);
      }
      callback.succeeded();
      return true;
    }
  }

  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      Server server = new Server(new QueuedThreadPool(6, 2));
      ServerConnector connector = new ServerConnector(server, 1, 1);
      connector.setHost("127.0.0.1");
      connector.setPort(Integer.parseInt(ports[index]));
      server.addConnector(connector);
      Method made = Class.forName("case" + index + (exists(index, "SetupKt") ? ".SetupKt" : ".Setup")).getDeclaredMethod("configure", Server.class, Handler.class);
      made.setAccessible(true);
      made.invoke(null, server, new App());
      server.start();
    }
    Thread.currentThread().join();
  }

  private static boolean exists(int index, String name) {
    return Host.class.getResource("/case" + index + "/" + name + ".class") != null;
  }
}
