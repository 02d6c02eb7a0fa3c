import { formatProgressLine } from '../src/local/artifacts/index.ts';
import { buildPage } from '../src/local/artifacts/page.ts';

/* `npm run build:web`: builds the page into dist/web, for packages and images. In a checkout `weft api` builds it by itself. */

const folder = await buildPage((line) => {
  console.error(formatProgressLine(line));
});
console.log(folder);
