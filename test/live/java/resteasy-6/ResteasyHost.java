import io.undertow.Undertow;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.function.Supplier;
import org.jboss.resteasy.core.ResteasyDeploymentImpl;
import org.jboss.resteasy.plugins.server.undertow.UndertowJaxrsServer;
import org.jboss.resteasy.spi.ResteasyDeployment;

/**
 * Serves the classes `case0.App`, `case1.App`, … (a filter around a resource at `/data`, a resource, or what supplies a
 * filter) each on a port of its own: `ResteasyHost PORT...`.
 */
public class ResteasyHost {
  @Path("/data")
  public static class Plain {
    @GET
    public String get() {
      return "ok";
    }

    @POST
    public String post(String body) {
      return "ok";
    }
  }

  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      ResteasyDeployment deployment = new ResteasyDeploymentImpl();
      Class<?> app = Class.forName("case" + index + ".App");
      boolean isResource = app.getAnnotation(Path.class) != null;
      deployment.getActualResourceClasses().add(isResource ? app : Plain.class);
      if (Supplier.class.isAssignableFrom(app)) deployment.getProviders().add(((Supplier<?>) app.getDeclaredConstructor().newInstance()).get());
      else if (!isResource) deployment.getActualProviderClasses().add(app);
      UndertowJaxrsServer server = new UndertowJaxrsServer();
      server.start(Undertow.builder().addHttpListener(Integer.parseInt(ports[index]), "127.0.0.1").setIoThreads(1).setWorkerThreads(2));
      server.deploy(deployment);
    }
    Thread.currentThread().join();
  }
}
