import { PACKAGE } from './texts';

/**
 * A file of this pack that the editor loads when a form wants it: once, however often it is asked for. Every form's
 * script is loaded with the editor itself, so what is large must not lie in it.
 */
export class Resource<Module> {
  private promise: Promise<Module> | undefined;
  private tries = 0;
  private module: Module | undefined;

  /** @param file name of the file in the folder `resources` of the pack */
  constructor(private readonly file: string) {}

  /** What the file exports, where it is there. */
  get loaded(): Module | undefined {
    return this.module;
  }

  /** Loads the file; where that has failed before, it is tried again. */
  load(): Promise<Module> {
    this.promise ??= this.fetch();
    return this.promise;
  }

  private async fetch(): Promise<Module> {
    // relative to the page, so that it works behind a proxy and with httpAdminRoot
    const url = new URL(`resources/${PACKAGE}/${this.file}`, document.baseURI);
    // a browser may remember that an address could not be loaded
    if (this.tries > 0) url.searchParams.set('try', String(this.tries));
    this.tries++;
    try {
      this.module = (await import(url.href)) as Module;
      return this.module;
    } catch (error) {
      this.promise = undefined;
      throw error;
    }
  }
}
