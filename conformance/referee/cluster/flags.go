package cluster

import "fmt"

// The admission of service accounts is off: it adds a volume to every Pod, and the account must exist before.
func apiServerFlags(directory string, who identity, etcdPort, port int) []string {
	return []string{
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", etcdPort),
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--cert-dir=" + directory,
		"--service-cluster-ip-range=10.0.0.0/24",
		"--allow-privileged=true",
		"--authorization-mode=RBAC",
		"--token-auth-file=" + who.tokenFile,
		"--disable-admission-plugins=ServiceAccount",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + who.signingKeyFile,
		"--service-account-signing-key-file=" + who.signingKeyFile,
		"--profiling=false",
	}
}

func controllerManagerFlags(kubeconfig string, who identity) []string {
	return []string{
		"--kubeconfig=" + kubeconfig,
		"--leader-elect=false",
		"--secure-port=0",
		"--service-account-private-key-file=" + who.signingKeyFile,
		"--use-service-account-credentials=false",
		"--profiling=false",
	}
}
