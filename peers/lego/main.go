// Obtains and revokes one certificate with the library that lego is made of: DIRECTORY NAME PORT, with the root in
// LEGO_CA_CERTIFICATES. The command itself would bring the SDKs of a hundred and more clouds. Prints the chain.
package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/go-acme/lego/v5/acme"
	"github.com/go-acme/lego/v5/certcrypto"
	"github.com/go-acme/lego/v5/certificate"
	"github.com/go-acme/lego/v5/challenge/http01"
	"github.com/go-acme/lego/v5/lego"
	"github.com/go-acme/lego/v5/registration"
)

type user struct {
	account *acme.ExtendedAccount
	key     crypto.Signer
}

func (u *user) GetEmail() string                       { return "" }
func (u *user) GetRegistration() *acme.ExtendedAccount { return u.account }
func (u *user) GetPrivateKey() crypto.Signer           { return u.key }

func main() {
	if len(os.Args) != 4 {
		fail(errors.New("usage: lego-peer DIRECTORY NAME PORT"))
	}
	chain, err := obtain(context.Background(), os.Args[1], os.Args[2], os.Args[3])
	if err != nil {
		fail(err)
	}
	_, _ = os.Stdout.Write(chain)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func obtain(ctx context.Context, directory, name, port string) ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	me := &user{key: key}
	config := lego.NewConfig(me)
	config.CADirURL = directory
	client, err := lego.NewClient(config)
	if err != nil {
		return nil, err
	}
	if err := client.Challenge.SetHTTP01Provider(http01.NewProviderServer("127.0.0.1", port)); err != nil {
		return nil, err
	}
	me.account, err = client.Registration.Register(ctx, registration.RegisterOptions{TermsOfServiceAgreed: true})
	if err != nil {
		return nil, fmt.Errorf("account: %w", err)
	}
	resource, err := client.Certificate.Obtain(ctx, certificate.ObtainRequest{
		Domains: []string{name},
		KeyType: certcrypto.EC256,
		Bundle:  true,
	})
	if err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	if err := client.Certificate.Revoke(ctx, resource.Certificate); err != nil {
		return nil, fmt.Errorf("revocation: %w", err)
	}
	return resource.Certificate, nil
}
