// Obtains and revokes one certificate with acmez: DIRECTORY ROOT NAME PORT KIND, where KIND is http-01 or dns-01 and
// PORT that of an http-01 server, or a program that publishes TXT records. Prints the chain.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"

	"github.com/mholt/acmez/v3"
	"github.com/mholt/acmez/v3/acme"
)

func main() {
	if len(os.Args) != 6 {
		fail(errors.New("usage: acmez-peer DIRECTORY ROOT NAME PORT KIND"))
	}
	chain, err := obtain(context.Background(), os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5])
	if err != nil {
		fail(err)
	}
	_, _ = os.Stdout.Write(chain)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func obtain(ctx context.Context, directory, rootFile, name, port, kind string) ([]byte, error) {
	client, err := newClient(directory, rootFile)
	if err != nil {
		return nil, err
	}
	switch kind {
	case acme.ChallengeTypeHTTP01:
		solver := &httpSolver{answers: map[string]string{}}
		if err := solver.listen(port); err != nil {
			return nil, err
		}
		client.ChallengeSolvers = map[string]acmez.Solver{kind: solver}
	case acme.ChallengeTypeDNS01:
		client.ChallengeSolvers = map[string]acmez.Solver{kind: dnsSolver{program: port}}
	default:
		return nil, fmt.Errorf("no solver for %s", kind)
	}
	accountKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	account, err := client.NewAccount(ctx, acme.Account{TermsOfServiceAgreed: true, PrivateKey: accountKey})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	certificates, err := client.ObtainCertificateForSANs(ctx, account, key, []string{name})
	if err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	if len(certificates) == 0 {
		return nil, errors.New("no certificate came")
	}
	block, _ := pem.Decode(certificates[0].ChainPEM)
	if block == nil {
		return nil, errors.New("the chain is not PEM")
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	if _, err := client.GetRenewalInfo(ctx, leaf); err != nil {
		return nil, fmt.Errorf("renewal information: %w", err)
	}
	if err := client.RevokeCertificate(ctx, account, leaf, nil, acme.ReasonSuperseded); err != nil {
		return nil, fmt.Errorf("revocation: %w", err)
	}
	return certificates[0].ChainPEM, nil
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
