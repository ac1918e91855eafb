import jakarta.servlet.Filter;
import java.nio.file.Files;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.springframework.web.context.support.AnnotationConfigWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

/** Serves the components of the packages `case0`, `case1`, … each on a port of its own: `Host PORT...`. */
public class Host {
  public static void main(String[] ports) throws Exception {
    for (int index = 0; index < ports.length; index++) {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(Files.createTempDirectory("live-spring").toString());
      tomcat.setPort(Integer.parseInt(ports[index]));
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      tomcat.getConnector().setProperty("maxThreads", "2");
      tomcat.getConnector().setProperty("minSpareThreads", "1");
      Context web = tomcat.addContext("", null);
      AnnotationConfigWebApplicationContext beans = new AnnotationConfigWebApplicationContext();
      beans.setServletContext(web.getServletContext());
      beans.scan("case" + index);
      beans.refresh();
      // As Spring Boot does it: every bean that is a filter stands in front of the servlet.
      beans.getBeansOfType(Filter.class).forEach((name, filter) -> {
        FilterDef definition = new FilterDef();
        definition.setFilterName(name);
        definition.setFilter(filter);
        web.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName(name);
        map.addURLPattern("/*");
        web.addFilterMap(map);
      });
      Tomcat.addServlet(web, "dispatcher", new DispatcherServlet(beans)).setLoadOnStartup(1);
      web.addServletMappingDecoded("/", "dispatcher");
      tomcat.start();
    }
    Thread.currentThread().join();
  }
}
