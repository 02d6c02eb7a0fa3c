export { serveCodec, type CodecServeSettings } from './codec/serve.ts';
export { serveApi, type ServeSettings } from './serve.ts';
export { createApi, type ApiSettings } from './server.ts';
export type { ApiServices } from './services.ts';
