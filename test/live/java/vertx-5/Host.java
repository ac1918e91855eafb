import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.Router;
import java.util.concurrent.CountDownLatch;

/** Serves the router of `App.router(vertx)` of the packages `case0`, `case1`, … on the ports given. One that is not made answers 500. */
public class Host {
  public static void main(String[] ports) throws Exception {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
    for (int index = 0; index < ports.length; index++) {
      Router router;
      try {
        router = (Router) Class.forName("case" + index + ".App").getMethod("router", Vertx.class).invoke(null, vertx);
      } catch (Throwable refused) {
        System.out.println("case" + index + " does not start: " + refused.getCause());
        router = Router.router(vertx);
        router.route().handler(context -> context.response().setStatusCode(500).end());
      }
      CountDownLatch listening = new CountDownLatch(1);
      vertx.createHttpServer().requestHandler(router).listen(Integer.parseInt(ports[index]), "127.0.0.1").onComplete(done -> listening.countDown());
      listening.await();
    }
    Thread.currentThread().join();
  }
}
