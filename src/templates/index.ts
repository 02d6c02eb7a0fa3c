export { loadTemplate } from './load.ts';
export {
  fillTemplate,
  fillTemplateText,
  TemplateError,
  type FilledDocument,
  type TemplateVariables,
} from './template.ts';
