package live;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;

/** What stands behind the filter; it does not serve OPTIONS. */
@Controller
public class Data {
  @Get("/data")
  public String read() {
    return "ok";
  }

  @Post("/data")
  public String write() {
    return "ok";
  }

  @Put("/data")
  public String replace() {
    return "ok";
  }

  @Delete("/data")
  public String remove() {
    return "ok";
  }
}
