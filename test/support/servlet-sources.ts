/** Init parameters of a servlet filter. */
export type InitParams = Readonly<Record<string, string>>;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A deployment descriptor that declares a filter for everything. */
export function webXml(className: string, params: InitParams): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<web-app xmlns="http://xmlns.jcp.org/xml/ns/javaee" version="4.0">
  <filter>
    <filter-name>CORS</filter-name>
    <filter-class>${className}</filter-class>
${Object.entries(params).map(([name, value]) => `    <init-param>\n      <param-name>${name}</param-name>\n      <param-value>${escaped(value)}</param-value>\n    </init-param>\n`).join('')}  </filter>
  <filter-mapping>
    <filter-name>CORS</filter-name>
    <url-pattern>/*</url-pattern>
  </filter-mapping>
</web-app>
`;
}

/** Ways to register a filter of others in code. */
export type Shape = 'dropwizard' | 'servlet-context' | 'jetty-holder' | 'jetty-class' | 'tomcat-definition' | 'spring-boot' | 'kotlin-dropwizard' | 'kotlin-bean';

export const SHAPES: readonly Shape[] = ['dropwizard', 'servlet-context', 'jetty-holder', 'jetty-class', 'tomcat-definition', 'spring-boot', 'kotlin-dropwizard', 'kotlin-bean'];

/** The file's extension, and the code that registers a filter for everything. */
export function registration(shape: Shape, className: string, params: InitParams): { readonly file: string; readonly text: string } {
  const simple = className.slice(className.lastIndexOf('.') + 1);
  const pairs = Object.entries(params).map(([name, value]) => [JSON.stringify(name), JSON.stringify(value)] as const);
  const each = (statement: (name: string, value: string) => string): string => pairs.map(([name, value]) => `    ${statement(name, value)}\n`).join('');
  const java = (imports: readonly string[], method: string, body: string): { file: string; text: string } => ({
    file: 'src/main/java/app/Setup.java',
    text: `package app;\n\n${[...imports, className].map((name) => `import ${name};\n`).join('')}\nclass Setup {\n  ${method} {\n${body}  }\n}\n`,
  });
  const kotlin = (imports: readonly string[], text: string): { file: string; text: string } => ({ file: 'src/main/kotlin/app/Setup.kt', text: `package app\n\n${[...imports, className].map((name) => `import ${name}\n`).join('')}\n${text}` });
  switch (shape) {
    case 'dropwizard':
      return java(['io.dropwizard.setup.Environment', 'javax.servlet.*', 'java.util.EnumSet'], 'public void run(Configuration configuration, Environment environment)', `    final FilterRegistration.Dynamic cors = environment.servlets().addFilter("CORS", ${simple}.class);\n${each((name, value) => `cors.setInitParameter(${name}, ${value});`)}    cors.addMappingForUrlPatterns(EnumSet.allOf(DispatcherType.class), true, "/*");\n`);
    case 'servlet-context':
      return java(['jakarta.servlet.*', 'java.util.EnumSet'], 'public void onStartup(ServletContext context) throws ServletException', `    FilterRegistration.Dynamic cors = context.addFilter("cors", new ${simple}());\n${each((name, value) => `cors.setInitParameter(${name}, ${value});`)}    cors.addMappingForUrlPatterns(null, false, "/*");\n`);
    case 'jetty-holder':
      return java(['org.eclipse.jetty.server.Server', 'org.eclipse.jetty.servlet.*', 'javax.servlet.DispatcherType', 'java.util.EnumSet'], 'public static void main(String[] args) throws Exception', `    ServletContextHandler context = new ServletContextHandler(ServletContextHandler.SESSIONS);\n    FilterHolder cors = new FilterHolder(new ${simple}());\n${each((name, value) => `cors.setInitParameter(${name}, ${value});`)}    context.addFilter(cors, "/*", EnumSet.of(DispatcherType.REQUEST));\n    new Server(8080).setHandler(context);\n`);
    case 'jetty-class':
      return java(['org.eclipse.jetty.servlet.*', 'javax.servlet.DispatcherType', 'java.util.EnumSet'], 'void addCors(ServletContextHandler context)', `    FilterHolder cors = context.addFilter(${simple}.class, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));\n${each((name, value) => `cors.setInitParameter(${name}, ${value});`)}`);
    case 'tomcat-definition':
      return java(['org.apache.catalina.Context', 'org.apache.catalina.startup.Tomcat', 'org.apache.tomcat.util.descriptor.web.FilterDef', 'org.apache.tomcat.util.descriptor.web.FilterMap'], 'static void start()', `    Tomcat tomcat = new Tomcat();\n    Context context = tomcat.addContext("", null);\n    FilterDef def = new FilterDef();\n    def.setFilterName("cors");\n    def.setFilterClass(${simple}.class.getName());\n${each((name, value) => `def.addInitParameter(${name}, ${value});`)}    FilterMap map = new FilterMap();\n    map.setFilterName("cors");\n    map.addURLPattern("/*");\n    context.addFilterDef(def);\n    context.addFilterMap(map);\n`);
    case 'spring-boot':
      return java(['org.springframework.boot.web.servlet.FilterRegistrationBean', 'java.util.Map'], `@Bean\n  FilterRegistrationBean<${simple}> cors()`, `    FilterRegistrationBean<${simple}> bean = new FilterRegistrationBean<>(new ${simple}());\n    bean.setInitParameters(Map.of(${pairs.flat().join(', ')}));\n    bean.setOrder(0);\n    return bean;\n`);
    case 'kotlin-dropwizard':
      return kotlin(['io.dropwizard.core.setup.Environment', 'jakarta.servlet.DispatcherType', 'java.util.EnumSet'], `class App : Application<Config>() {\n  override fun run(config: Config, environment: Environment) {\n    environment.servlets().addFilter("CORS", ${simple}::class.java).apply {\n${each((name, value) => `  setInitParameter(${name}, ${value})`)}      addMappingForUrlPatterns(EnumSet.allOf(DispatcherType::class.java), true, "/*")\n    }\n  }\n}\n`);
    case 'kotlin-bean':
      return kotlin(['org.springframework.boot.web.servlet.FilterRegistrationBean'], `@Configuration\nclass Config {\n  @Bean\n  fun cors(): FilterRegistrationBean<${simple}> {\n    val bean = FilterRegistrationBean(${simple}())\n${each((name, value) => `bean.addInitParameter(${name}, ${value})`)}    bean.urlPatterns = listOf("/*")\n    return bean\n  }\n}\n`);
  }
}
