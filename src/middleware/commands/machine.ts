import type { Unit } from '../../policy/topology.js';

/** Where a process runs that nothing puts into a container: beside the others of its machine. */
export const MACHINE: Pick<Unit, 'networks' | 'names'> = { networks: ['machine'], names: ['localhost', '127.0.0.1'] };
