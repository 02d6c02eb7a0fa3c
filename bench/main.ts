/* `npm run bench`, and `npm run bench -- service`. */
const [name = 'bring-up'] = process.argv.slice(2);
switch (name) {
  case 'bring-up':
    await import('./bring-up.ts');
    break;
  case 'service':
    await import('./service.ts');
    break;
  default:
    console.error(`There is no bench ${name}: bring-up, service.`);
    process.exitCode = 2;
}
