/** Numbered steps from older saved configurations: none yet, this is version 1. */
export const steps: readonly ((config: Record<string, unknown>) => void)[] = [];
