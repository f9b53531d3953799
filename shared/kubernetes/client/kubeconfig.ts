import { KubeConfig } from '@kubernetes/client-node';

/** A kubeconfig in YAML or JSON, as Gardener stores it in a Secret; its current context is used. */
export function parseKubeconfig(text: string): KubeConfig {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromString(text);
  return kubeconfig;
}

/** The kubeconfig in a file; paths in it are relative to the file. */
export function readKubeconfig(file: string): KubeConfig {
  const kubeconfig = new KubeConfig();
  kubeconfig.loadFromFile(file);
  return kubeconfig;
}
