import { imageVersion, type ImageVersion } from '../../middleware/ingress/version.js';
import type { YamlInProject } from '../../syntax/yaml/index.js';

/** The controller's version, where its image is in view. */
export function controllerVersion(file: YamlInProject): ImageVersion | undefined {
  return imageVersion(file, /(?:ingress-nginx\/controller|nginx-ingress-controller)/);
}
