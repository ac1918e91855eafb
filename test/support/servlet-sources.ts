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
