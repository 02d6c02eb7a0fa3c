import type { TemplateVariables } from '../../src/templates/index.ts';

/** Those of some variables that a template names: it refuses the others. */
export function variablesOf(text: string, variables: TemplateVariables): TemplateVariables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => text.includes(`\${${name}}`)));
}
