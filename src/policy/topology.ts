import type { Span } from '../text/span.js';
import type { Policy } from './program.js';

/**
 * Where names are known: the processes of one machine, the services of a Compose project, the objects of a namespace.
 * `machine`, `compose <folder>`, `compose <folder> <network>`, `kubernetes <namespace>` (the empty one where none is written),
 * `kubernetes pod <namespace>/<name>`: the containers of a pod, which share localhost.
 * `docker <name>`: a network of Docker with a name of its own, which several Compose projects may share.
 * `compose pod <folder> <service>`: containers that share one network interface, and so `localhost`.
 * Where a Compose project is one of several in its folder (`docker-compose.prod.yml`), `<folder>` is the path of its file.
 */
export type Network = string;

/** What a repository says of where its layers run. Plain data; nothing here is followed from file to file: `src/layers/` does. */
export type TopologyFact = Unit | Service | Image | Container | Script;

/** Something that runs: a Compose service, the pods of a Deployment, a process of a Procfile or of a package script. */
export interface Unit {
  readonly fact: 'unit';
  /** What the author would call it: `service api`, `Deployment web/api`, `npm start`. */
  readonly title: string;
  readonly at: Span;
  readonly networks: readonly Network[];
  /** Host names by which others in its networks reach it, lower-case: service name, aliases, `localhost`. */
  readonly names: readonly string[];
  /** Ports that it is said to listen on, with the name that a Service may call one by. Empty: none is said. */
  readonly ports: readonly UnitPort[];
  /** Ports of outside by which it is reached without another layer: `ports` of Compose, a host port. */
  readonly published: readonly Published[];
  /** Labels by which a Service selects it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly runs: readonly Run[];
  /** It runs only where one of these is asked for (`profiles` of Compose). */
  readonly profiles?: readonly string[];
}

export interface UnitPort {
  readonly port: number;
  readonly name?: string;
  /** It is the default of a variable or of a program: what is set where it runs may say another. */
  readonly byDefault?: boolean;
  readonly at: Span;
}

export interface Published {
  /** Port outside; null: chosen at run time. */
  readonly port: number | null;
  /** Port inside; null: not known. */
  readonly target: number | null;
  /** Bound to 127.0.0.1 or ::1: reached by the processes of its machine, not from outside. */
  readonly loopback?: boolean;
  /** As for `UnitPort`. */
  readonly byDefault?: boolean;
  readonly at: Span;
}

/** What of the repository runs in a unit. Paths are relative to the root of the run; the root itself is the empty text. */
export type Run =
  /** Everything below a folder may run there. */
  | { readonly of: 'folder'; readonly path: string; readonly at: Span }
  /** The file is what runs, or its configuration: a mounted `nginx.conf`, the script of a command. */
  | { readonly of: 'file'; readonly path: string; readonly at: Span }
  /** What this Dockerfile (a path) makes of a build context (a folder). `stage`: the one that is asked for, else the last. */
  | { readonly of: 'dockerfile'; readonly path: string; readonly context: string; readonly stage?: string; readonly at: Span }
  /** Whatever this image holds, without tag and digest. */
  | { readonly of: 'image'; readonly name: string; readonly at: Span };

/** A name in front of units that it selects by their labels: a Kubernetes Service. */
export interface Service {
  readonly fact: 'service';
  readonly title: string;
  readonly at: Span;
  readonly networks: readonly Network[];
  /** Lower-case: `api`, `api.shop`, `api.shop.svc`, `api.shop.svc.cluster.local`. */
  readonly names: readonly string[];
  readonly selects: Readonly<Record<string, string>>;
  /** `target` is a number, the name of a unit's port, or null where it is the same port. */
  readonly ports: readonly { readonly port: number; readonly name?: string; readonly target: number | string | null; readonly at: Span }[];
  /** Reached from outside without another layer: a load balancer of its own, a node port. */
  readonly published: boolean;
}

/** An image that is built from this repository: Compose with `build` and `image`, Skaffold, `docker build -t`. */
export interface Image {
  readonly fact: 'image';
  /** Without tag and digest. */
  readonly name: string;
  readonly run: Run;
  readonly at: Span;
}

/**
 * What one stage of a Dockerfile holds: the last one, and each that has a name. Paths on the left are relative to the
 * build context (the context itself is the empty text), which whoever builds it chooses.
 */
export interface Container {
  readonly fact: 'container';
  /** Path of the Dockerfile; `<path>#<service>` where it is written within a Compose file. */
  readonly file: string;
  /** Name of the stage, lower-case; undefined: the last one, which is built where none is asked for. */
  readonly stage?: string;
  readonly copies: readonly Copied[];
  /** Files that its command names, as paths of the build context where the copies tell. `script`: the one of that `package.json`. */
  readonly runs: readonly { readonly path: string; readonly script?: string; readonly at: Span }[];
  readonly ports: readonly UnitPort[];
  readonly at: Span;
}

export interface Copied {
  /** May hold `*`. */
  readonly from: string;
  /** Absolute path in the container; ends with `/` where a folder is written. */
  readonly to: string;
  /** Commands of another stage made what is copied, of what that stage had copied from here: `dist` of sources. */
  readonly built?: boolean;
  readonly at: Span;
}

/** What a script of a `package.json` starts. */
export interface Script {
  readonly fact: 'script';
  /** Path of the `package.json`. */
  readonly file: string;
  readonly name: string;
  readonly runs: readonly Run[];
  readonly ports: readonly UnitPort[];
  readonly at: Span;
}

/**
 * A layer that says nothing of CORS by itself, but passes requests on, answers some of them, or asks for credentials:
 * judged only with what stands behind it.
 */
export interface PlainLayer {
  readonly policy: Policy;
  /** The network in which its upstreams' names are meant, where its kind tells (Kubernetes); else that of the unit that runs its file. */
  readonly network?: Network;
  /** Places of CORS policies that stand in front of it in the same product: annotations and plugins of the same object. Their `behind` is this layer. */
  readonly carries?: readonly Span[];
}

/** A layer that a configuration names. What it says wins over everything that is found. Plain data. */
export interface DeclaredLayer {
  readonly name: string;
  /** Its files lie in this folder, relative to the root of the run; the empty text is the root. */
  readonly folder: string;
  /** Which of them belong to it, in order: the last that fits a path, relative to the folder, decides. */
  readonly files: readonly FilePattern[];
  /** Names of the layers behind it; absent: the configuration does not say what stands there. */
  readonly inFrontOf?: readonly string[];
}

export interface FilePattern {
  /** Source of a regular expression for whole paths. */
  readonly source: string;
  /** Files that fit are taken out again. */
  readonly not?: true;
}
