// Obtains one certificate with acmez, and revokes or renews it: JOB, as JSON. Prints the chain; `--version` prints the
// version of acmez.
package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime/debug"
	"sync"
	"time"

	"github.com/mholt/acmez/v3"
	"github.com/mholt/acmez/v3/acme"
)

type job struct {
	Directory string   `json:"directory"`
	Root      string   `json:"root"`
	Names     []string `json:"names"`
	Challenge string   `json:"challenge"`
	HTTPPort  string   `json:"httpPort"`
	// A program that publishes TXT records.
	Hook            string `json:"hook"`
	Key             string `json:"key"`
	ExternalAccount *struct {
		KeyID  string `json:"keyId"`
		MacKey string `json:"macKey"`
	} `json:"externalAccount"`
	Next string `json:"next"`
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println(version("github.com/mholt/acmez/v3"))
		return
	}
	var asked job
	if len(os.Args) != 2 {
		fail(errors.New("usage: acmez-peer JOB"))
	}
	if err := json.Unmarshal([]byte(os.Args[1]), &asked); err != nil {
		fail(err)
	}
	chain, err := do(context.Background(), asked)
	if err != nil {
		fail(err)
	}
	_, _ = os.Stdout.Write(chain)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func version(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, one := range info.Deps {
		if one.Path == module {
			return one.Version
		}
	}
	return "unknown"
}

func do(ctx context.Context, asked job) ([]byte, error) {
	client, err := newClient(asked.Directory, asked.Root)
	if err != nil {
		return nil, err
	}
	if err := solve(client, asked); err != nil {
		return nil, err
	}
	account, err := newAccount(ctx, client, asked)
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	chain, leaf, err := obtain(ctx, client, account, asked, nil)
	if err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	switch asked.Next {
	case "revoke":
		if err := client.RevokeCertificate(ctx, account, leaf, nil, acme.ReasonSuperseded); err != nil {
			return nil, fmt.Errorf("revocation: %w", err)
		}
	case "renew", "renew anyway":
		info, err := client.GetRenewalInfo(ctx, leaf)
		if err != nil {
			return nil, fmt.Errorf("renewal information: %w", err)
		}
		if time.Now().Before(info.SelectedTime) {
			return chain, nil
		}
		chain, _, err = obtain(ctx, client, account, asked, leaf)
		if err != nil {
			return nil, fmt.Errorf("renewal: %w", err)
		}
	}
	return chain, nil
}

func newAccount(ctx context.Context, client *acmez.Client, asked job) (acme.Account, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return acme.Account{}, err
	}
	account := acme.Account{TermsOfServiceAgreed: true, PrivateKey: key}
	if bound := asked.ExternalAccount; bound != nil {
		eab := acme.EAB{KeyID: bound.KeyID, MACKey: bound.MacKey}
		if err := account.SetExternalAccountBinding(ctx, client.Client, eab); err != nil {
			return acme.Account{}, err
		}
	}
	return client.NewAccount(ctx, account)
}

func newKey(kind string) (crypto.Signer, error) {
	if kind == "rsa" {
		return rsa.GenerateKey(rand.Reader, 2048)
	}
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

func obtain(
	ctx context.Context, client *acmez.Client, account acme.Account, asked job, replaces *x509.Certificate,
) ([]byte, *x509.Certificate, error) {
	key, err := newKey(asked.Key)
	if err != nil {
		return nil, nil, err
	}
	csr, err := acmez.NewCSR(key, asked.Names)
	if err != nil {
		return nil, nil, err
	}
	order, err := acmez.OrderParametersFromCSR(account, csr)
	if err != nil {
		return nil, nil, err
	}
	order.Replaces = replaces
	certificates, err := client.ObtainCertificate(ctx, order)
	if err != nil {
		return nil, nil, err
	}
	if len(certificates) == 0 {
		return nil, nil, errors.New("no certificate came")
	}
	block, _ := pem.Decode(certificates[0].ChainPEM)
	if block == nil {
		return nil, nil, errors.New("the chain is not PEM")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	return certificates[0].ChainPEM, leaf, err
}

func solve(client *acmez.Client, asked job) error {
	switch asked.Challenge {
	case acme.ChallengeTypeHTTP01:
		solver := &httpSolver{answers: map[string]string{}}
		client.ChallengeSolvers = map[string]acmez.Solver{asked.Challenge: solver}
		return solver.listen(asked.HTTPPort)
	case acme.ChallengeTypeDNS01:
		client.ChallengeSolvers = map[string]acmez.Solver{asked.Challenge: dnsSolver{program: asked.Hook}}
		return nil
	}
	return fmt.Errorf("no solver for %s", asked.Challenge)
}

func newClient(directory, rootFile string) (*acmez.Client, error) {
	root, err := os.ReadFile(rootFile)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(root) {
		return nil, errors.New("the root is not PEM")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
	return &acmez.Client{Client: &acme.Client{
		Directory:  directory,
		HTTPClient: &http.Client{Transport: transport},
	}}, nil
}

type httpSolver struct {
	mutex   sync.Mutex
	answers map[string]string
}

func (s *httpSolver) listen(port string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		return err
	}
	go func() { _ = http.Serve(listener, s) }()
	return nil
}

func (s *httpSolver) ServeHTTP(response http.ResponseWriter, request *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	answer, ok := s.answers[request.URL.Path]
	if !ok {
		http.NotFound(response, request)
		return
	}
	_, _ = response.Write([]byte(answer))
}

func (s *httpSolver) Present(_ context.Context, challenge acme.Challenge) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.answers[challenge.HTTP01ResourcePath()] = challenge.KeyAuthorization
	return nil
}

func (s *httpSolver) CleanUp(_ context.Context, challenge acme.Challenge) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.answers, challenge.HTTP01ResourcePath())
	return nil
}

type dnsSolver struct{ program string }

func (s dnsSolver) Present(ctx context.Context, challenge acme.Challenge) error {
	return exec.CommandContext(ctx, s.program, "present", challenge.DNS01TXTRecordName(), challenge.DNS01KeyAuthorization()).Run()
}

func (s dnsSolver) CleanUp(ctx context.Context, challenge acme.Challenge) error {
	return exec.CommandContext(ctx, s.program, "cleanup", challenge.DNS01TXTRecordName(), challenge.DNS01KeyAuthorization()).Run()
}
