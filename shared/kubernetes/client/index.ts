export { type GardenShootOptions, gardenShoot } from './garden.ts';
export { parseKubeconfig, readKubeconfig } from './kubeconfig.ts';
export { type KubernetesClusterOptions, kubernetesCluster } from './kubernetes-cluster.ts';
