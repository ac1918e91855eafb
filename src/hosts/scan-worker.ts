/** Tests files in a thread of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { Disk } from './disk.js';
import { taken, type Share } from './scan.js';

const share = workerData as Share;
const disk = new Disk(share.root);
for (const files of taken(share)) disk.test(files);
parentPort?.postMessage(disk.tested);
