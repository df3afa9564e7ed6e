/**
 * Says whether the tests with a real FROST can run, and gets what they need. Codes: 0 they can; 3 there is no Maven;
 * 4 Maven works and says that there is no FROST where it looks; 1 anything else, which is a failure.
 */
import { fetchJars, NoMaven, NotPublished } from './jars';

fetchJars().then(
  ({ version, java }) => console.log(`FROST-Server ${version}, to be run with ${java}`),
  (error: Error) => {
    console.log(error.message);
    process.exitCode = error instanceof NoMaven ? 3 : error instanceof NotPublished ? 4 : 1;
  },
);
