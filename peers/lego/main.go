// Obtains one certificate with the library that lego is made of, and revokes or renews it: JOB, as JSON, with the root
// in LEGO_CA_CERTIFICATES and its settings of dnsupdate in the environment. The command itself would bring the SDKs of a
// hundred and more clouds. Prints the chain; `--version` prints the library's.
package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/go-acme/lego/v5/acme"
	"github.com/go-acme/lego/v5/certcrypto"
	"github.com/go-acme/lego/v5/certificate"
	"github.com/go-acme/lego/v5/challenge/dns01"
	"github.com/go-acme/lego/v5/challenge/http01"
	"github.com/go-acme/lego/v5/lego"
	"github.com/go-acme/lego/v5/providers/dns/dnsupdate"
	"github.com/go-acme/lego/v5/registration"
)

type job struct {
	Directory       string   `json:"directory"`
	Names           []string `json:"names"`
	Challenge       string   `json:"challenge"`
	HTTPPort        string   `json:"httpPort"`
	Resolver        string   `json:"resolver"`
	Key             string   `json:"key"`
	ExternalAccount *struct {
		KeyID  string `json:"keyId"`
		MacKey string `json:"macKey"`
	} `json:"externalAccount"`
	Next string `json:"next"`
}

type user struct {
	account *acme.ExtendedAccount
	key     crypto.Signer
}

func (u *user) GetEmail() string                       { return "" }
func (u *user) GetRegistration() *acme.ExtendedAccount { return u.account }
func (u *user) GetPrivateKey() crypto.Signer           { return u.key }

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println(version("github.com/go-acme/lego/v5"))
		return
	}
	var asked job
	if len(os.Args) != 2 {
		fail(errors.New("usage: lego5-peer JOB"))
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
	client, err := newClient(ctx, asked)
	if err != nil {
		return nil, err
	}
	keyType := certcrypto.EC256
	if asked.Key == "rsa" {
		keyType = certcrypto.RSA2048
	}
	resource, err := client.Certificate.Obtain(ctx, certificate.ObtainRequest{
		Domains: asked.Names,
		KeyType: keyType,
		Bundle:  true,
	})
	if err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	switch asked.Next {
	case "revoke":
		if err := client.Certificate.Revoke(ctx, resource.Certificate); err != nil {
			return nil, fmt.Errorf("revocation: %w", err)
		}
	case "renew", "renew anyway":
		return renew(ctx, client, resource)
	}
	return resource.Certificate, nil
}

// As lego's own command does it: where the CA says that it is time, and naming what is replaced.
func renew(ctx context.Context, client *lego.Client, resource *certificate.Resource) ([]byte, error) {
	leaf, err := certcrypto.ParsePEMCertificate(resource.Certificate)
	if err != nil {
		return nil, err
	}
	info, err := client.Certificate.GetRenewalInfo(ctx, leaf)
	if err != nil {
		return nil, fmt.Errorf("renewal information: %w", err)
	}
	if info.ShouldRenewAt(time.Now(), 0) == nil {
		return resource.Certificate, nil
	}
	renewed, err := client.Certificate.Renew(ctx, *resource, &certificate.RenewOptions{Bundle: true, UseARICertID: true})
	if err != nil {
		return nil, fmt.Errorf("renewal: %w", err)
	}
	return renewed.Certificate, nil
}

func newClient(ctx context.Context, asked job) (*lego.Client, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	me := &user{key: key}
	config := lego.NewConfig(me)
	config.CADirURL = asked.Directory
	client, err := lego.NewClient(config)
	if err != nil {
		return nil, err
	}
	if err := solve(client, asked); err != nil {
		return nil, err
	}
	if bound := asked.ExternalAccount; bound != nil {
		me.account, err = client.Registration.RegisterWithExternalAccountBinding(ctx, registration.RegisterEABOptions{
			TermsOfServiceAgreed: true,
			Kid:                  bound.KeyID,
			HmacEncoded:          bound.MacKey,
		})
	} else {
		me.account, err = client.Registration.Register(ctx, registration.RegisterOptions{TermsOfServiceAgreed: true})
	}
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	return client, nil
}

func solve(client *lego.Client, asked job) error {
	switch asked.Challenge {
	case "http-01":
		return client.Challenge.SetHTTP01Provider(http01.NewProviderServer("127.0.0.1", asked.HTTPPort))
	case "dns-01":
		provider, err := dnsupdate.NewDNSProvider()
		if err != nil {
			return err
		}
		options := dns01.NewOptions()
		options.RecursiveNameservers = []string{asked.Resolver}
		dns01.SetDefaultClient(dns01.NewClient(options))
		// The authoritative servers are on no port that lego would ask.
		return client.Challenge.SetDNS01Provider(provider, dns01.DisableAuthoritativeNssPropagationRequirement())
	}
	return fmt.Errorf("no solver for %s", asked.Challenge)
}
