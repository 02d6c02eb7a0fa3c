/** Below /run of the sandbox, which is a file system of its own in memory: what containerd keeps there must not outlive it. */
export const containerdSocket = '/run/containerd/containerd.sock';
export const containerdState = '/run/containerd';
export const cniDirectory = '/run/cni';
