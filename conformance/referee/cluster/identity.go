package cluster

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/keyutil"
)

const signingKeyBits = 2048

// identity names the files that say who is who.
type identity struct {
	adminToken     string
	tokenFile      string
	signingKeyFile string
}

func writeIdentity(directory string) (identity, error) {
	written := identity{
		tokenFile:      filepath.Join(directory, "tokens.csv"),
		signingKeyFile: filepath.Join(directory, "service-accounts.key"),
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return written, err
	}
	written.adminToken = hex.EncodeToString(random)
	line := fmt.Sprintf("%s,admin,admin,\"system:masters\"\n", written.adminToken)
	if err := os.WriteFile(written.tokenFile, []byte(line), 0o600); err != nil {
		return written, err
	}
	key, err := rsa.GenerateKey(rand.Reader, signingKeyBits)
	if err != nil {
		return written, err
	}
	encoded, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return written, err
	}
	return written, os.WriteFile(written.signingKeyFile, encoded, 0o600)
}

// writeKubeconfig trusts the certificates that the API server has made for itself.
func writeKubeconfig(directory, url, token string) (string, error) {
	authority, err := os.ReadFile(filepath.Join(directory, "apiserver.crt"))
	if err != nil {
		return "", err
	}
	const name = "referee"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: url, CertificateAuthorityData: authority}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	path := filepath.Join(directory, "kubeconfig")
	return path, clientcmd.WriteToFile(*config, path)
}
