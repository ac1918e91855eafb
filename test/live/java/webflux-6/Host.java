import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import reactor.netty.http.server.HttpServer;

/** Serves the components of the packages `case0`, `case1`, … with WebFlux, each on a port of its own: `Host PORT...`. */
public class Host {
  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      AnnotationConfigApplicationContext beans = new AnnotationConfigApplicationContext();
      beans.scan("case" + index);
      beans.refresh();
      HttpServer.create().host("127.0.0.1").port(Integer.parseInt(ports[index])).handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.applicationContext(beans).build())).bindNow();
    }
    Thread.currentThread().join();
  }
}
