/**
 * Servlet filters that a deployment descriptor declares: Tomcat's CorsFilter, Jetty's CrossOriginFilter, and the filters
 * of thetransactioncompany and eBay.
 *
 * Their defaults could not differ more: Tomcat's lets nobody in (every origin with credentials before 2018), Jetty's sends
 * every origin back with credentials, and so does thetransactioncompany's.
 */
import { effectAt } from '../../policy/views.js';
import { filterPolicy, KNOWN_FILTERS } from '../../middleware/servlet/known-filters.js';
import { constraints, declaredFilters } from '../../middleware/servlet/web-xml.js';
import { removeItem, respell, type XmlFile } from '../../syntax/xml/index.js';
import { decline, defineReader } from '../reader.js';

export default defineReader<XmlFile>({
  title: 'Servlet filters in web.xml',
  language: 'xml',
  mayConcern: /<(?:\w+:)?filter-class>[\s\S]*?(?:CorsFilter|CORSFilter|CrossOriginFilter)/,

  *read(file) {
    const before = constraints(file);
    for (const declared of declaredFilters(file)) {
      const filter = Object.hasOwn(KNOWN_FILTERS, declared.className) ? KNOWN_FILTERS[declared.className] : undefined;
      if (filter !== undefined) yield { kind: 'policy', policy: filterPolicy('web-xml', filter, { ...declared, before }, file.files) };
    }
  },

  write(file, policy, change) {
    switch (change.kind) {
      case 'replace-text':
        return respell(file, change.at, change.text);
      case 'remove-entry':
        return removeItem(file, change.at);
      case 'remove-header': {
        const effect = effectAt(policy, change.at);
        const value = effect?.header === 'access-control-allow-credentials' ? effect.value : undefined;
        if (value?.v !== 'literal' || !value.written) return decline('credentials are not switched on by a parameter of this file');
        return respell(file, value.at, 'false');
      }
      default:
        return decline('not a change that a parameter can spell');
    }
  },
});
