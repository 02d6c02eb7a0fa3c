/**
 * The registry's own answer out of what kubelet and container runtime wrap around it, e.g. `not found`.
 *
 * @param image as the pod names it
 * @param messages of the container's state and of events, the best first
 */
export function pullFailure(image: string, messages: readonly string[]): string {
  const answers = messages.map((message) => unwrap(image, message)).filter((answer) => answer !== '');
  return answers[0] ?? 'the node does not say why';
}

/** One layer of wrapping each, as kubelet, CRI and containerd put it in front. */
const WRAPPINGS = [
  /^Back-off pulling image ".*?"(: |$)/,
  /^Failed to pull image ".*?"(: |$)/,
  /^(ErrImagePull|ImagePullBackOff|RegistryUnavailable)(: |$)/,
  /^rpc error: code = \w+ desc = /,
  /^failed to pull and unpack image ".*?": /,
  /^failed to resolve (reference|image) ".*?": /,
  /^failed to resolve image: /,
];

function unwrap(image: string, message: string): string {
  let rest = message.trim();
  for (let before = ''; rest !== before;) {
    before = rest;
    for (const wrapping of WRAPPINGS) rest = rest.replace(wrapping, '');
    // Registries repeat the name, in its full form: `docker.io/library/nginx:1` for `nginx:1`.
    const named = /^(\S+): (.*)$/s.exec(rest);
    if (named?.[1]?.endsWith(image) === true) rest = named[2] ?? '';
  }
  return rest;
}
