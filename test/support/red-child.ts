/**
 * A Node-RED in a process of its own, so that it can be killed. It runs the flows.json of its user directory (argument) and
 * tells its address when they run.
 */
import { startEmbedded } from './embedded';

startEmbedded({ userDir: process.argv[2]! }).then(
  ({ url }) => process.send!(url),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
