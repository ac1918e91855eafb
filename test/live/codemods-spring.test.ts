import crossOriginToSource from '../../src/codemods/spring-crossorigin-to-source.js';
import securityCors from '../../src/codemods/spring-security-cors.js';
import { applicationsAnswerAlike } from './rewritten-applications.js';

applicationsAnswerAlike({ 'spring-crossorigin-to-source': crossOriginToSource, 'spring-security-cors': securityCors });
