import com.sun.net.httpserver.HttpServer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.net.URI;
import org.glassfish.jersey.jdkhttp.JdkHttpServerFactory;
import org.glassfish.jersey.server.ResourceConfig;

/** Serves the classes `case0.App`, `case1.App`, … (a filter around a resource at `/data`, or a resource) each on a port of its own: `JerseyHost PORT...`. */
public class JerseyHost {
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
      Class<?> app = Class.forName("case" + index + ".App");
      ResourceConfig config = new ResourceConfig(app);
      if (app.getAnnotation(Path.class) == null) config.register(Plain.class);
      HttpServer server = JdkHttpServerFactory.createHttpServer(URI.create("http://127.0.0.1:" + ports[index] + "/"), config);
    }
    Thread.currentThread().join();
  }
}
