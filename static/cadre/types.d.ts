/** What the build writes into the bundles, and what a page and a worker are to each other. */
declare const SIAGA_VERSION: string;
declare const SIAGA_PIN_WORKER: string;
declare const SIAGA_SHARED: string;
