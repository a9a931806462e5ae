package api

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"switchroom/account"
	"switchroom/api/contract"
	"switchroom/settings"
)

// Signing in by an OpenID Connect provider. The page begins it, goes to the provider, comes back and finishes it: see docs/adr/0013-openid-connect.md.

const (
	// signInTTL is how long somebody may take at the provider.
	signInTTL = 10 * time.Minute
	// providerSession is how long such a session lives at most, a working day: who was removed at the provider is out by then.
	providerSession = 20 * time.Hour
	// browserCookie holds the secret that a login is bound to. With the prefix no other host can set it, but it takes https.
	browserCookie = "switchroom-sign-in"
	hostPrefix    = "__Host-"
)

// ListSignInProviders lists the buttons of the sign-in page.
func (s *Server) ListSignInProviders(c echo.Context) error {
	list, err := s.deps.Providers.ListProviders(c.Request().Context())
	if err != nil {
		return adminProblem(err)
	}
	out := contract.SignInProviders{Providers: []contract.SignInProvider{}}
	for _, p := range list {
		if p.Enabled {
			out.Providers = append(out.Providers, contract.SignInProvider{Id: p.ID, Name: p.Name})
		}
	}
	noStore(c)
	return c.JSON(http.StatusOK, out)
}

// BeginSignIn says where the browser goes.
func (s *Server) BeginSignIn(c echo.Context, id contract.ProviderID) error {
	if wait := s.signIns.take(c.RealIP()); wait > 0 {
		return errTooManyAttempts(wait)
	}
	var in contract.SignInBeginning
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := s.enabled(ctx, id)
	if err != nil {
		return err
	}
	redirect, err := s.redirect(c, id)
	if err != nil {
		return err
	}
	browser := s.browser(c)
	if browser == "" {
		browser = account.NewToken()
	}
	returnTo := ownPath(value(in.ReturnTo))
	path, _, _ := strings.Cut(returnTo, "?")
	flow := account.FlowOf(browser, states[path]+account.NewToken(), redirect)
	address, err := s.deps.SignIn.Address(ctx, p, flow)
	if err != nil {
		return s.providerProblem(ctx, id, err)
	}
	if err := s.deps.Providers.KeepAttempt(ctx, account.Attempt{State: flow.State, Browser: browser, Provider: id, ReturnTo: returnTo}, signInTTL); err != nil {
		return databaseAway(err)
	}
	s.setBrowser(c, browser, signInTTL)
	noStore(c)
	return c.JSON(http.StatusOK, contract.SignInAddress{Address: address})
}

// FinishSignIn makes a session of what the provider answered.
func (s *Server) FinishSignIn(c echo.Context, id contract.ProviderID) error {
	if wait := s.signIns.take(c.RealIP()); wait > 0 {
		return errTooManyAttempts(wait)
	}
	var in contract.SignInAnswer
	if err := decode(c, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	a, err := s.deps.Providers.TakeAttempt(ctx, in.State, s.browser(c), id)
	switch {
	case errors.Is(err, account.ErrUnknown):
		s.metrics.logins.WithLabelValues("refused").Inc()
		return fail(http.StatusForbidden, "sign_in_expired", "this took too long, was finished already, or began in another browser; sign in again")
	case err != nil:
		return databaseAway(err)
	}
	p, err := s.enabled(ctx, id)
	if err != nil {
		return err
	}
	terms := account.Terms{SecondFactor: p.SecondFactor, Ends: s.config.Now().Add(providerSession)}
	var u account.User
	if a.User != "" {
		u, err = s.secondStep(c, a, value(in.SecondFactor))
	} else {
		u, err = s.firstStep(c, p, a, in, &terms)
	}
	if err != nil {
		return err
	}
	if err := s.proved(c, u); err != nil {
		return err
	}
	session, err := s.startSession(c, u, terms)
	if err != nil {
		return err
	}
	s.setBrowser(c, "", -1)
	noStore(c)
	return c.JSON(http.StatusOK, contract.SignedIn{Session: session, ReturnTo: a.ReturnTo})
}

// firstStep finds out who it is. Whoever has a second factor here, and was not asked for one there, comes again with its code: the attempt stays for that.
func (s *Server) firstStep(c echo.Context, p settings.Provider, a account.Attempt, in contract.SignInAnswer, terms *account.Terms) (account.User, error) {
	ctx := c.Request().Context()
	proof, err := s.proof(c, p, a, in)
	if err != nil {
		return account.User{}, s.providerProblem(ctx, p.ID, err)
	}
	u, err := s.deps.Providers.Identify(ctx, p.Issuer, proof.Subject, proof.Login(p.Claim))
	if err != nil {
		return u, s.providerProblem(ctx, p.ID, err)
	}
	if err := s.mayTry(c, u.Login); err != nil {
		return u, err
	}
	if terms.SecondFactor = terms.SecondFactor || proof.SecondFactor(); terms.SecondFactor {
		return u, nil
	}
	if err := s.proveCode(c, u, ""); err != nil {
		a.User = u.ID
		return u, errors.Join(s.keep(ctx, a), err)
	}
	return u, nil
}

// secondStep takes the code of a second factor.
func (s *Server) secondStep(c echo.Context, a account.Attempt, code string) (account.User, error) {
	ctx := c.Request().Context()
	u, err := s.deps.Accounts.User(ctx, a.User)
	switch {
	case errors.Is(err, account.ErrUnknown) || err == nil && u.Disabled:
		return u, fail(http.StatusForbidden, "deactivated", "you are deactivated here; ask your administrator")
	case err != nil:
		return u, databaseAway(err)
	}
	if err := s.mayTry(c, u.Login); err != nil {
		return u, errors.Join(s.keep(ctx, a), err)
	}
	if err := s.proveCode(c, u, code); err != nil {
		return u, errors.Join(s.keep(ctx, a), err)
	}
	return u, nil
}

// keep lets the same login be tried again with another code. What it wants first of several errors is that the database is away.
func (s *Server) keep(ctx context.Context, a account.Attempt) error {
	if err := s.deps.Providers.KeepAttempt(ctx, a, signInTTL); err != nil {
		return databaseAway(err)
	}
	return nil
}

// proof is what the provider proves with its answer.
func (s *Server) proof(c echo.Context, p settings.Provider, a account.Attempt, in contract.SignInAnswer) (account.Proof, error) {
	ctx := c.Request().Context()
	if said := value(in.Error); said != "" || value(in.Code) == "" {
		err := errors.New("the provider answered " + said)
		if said == "access_denied" {
			return account.Proof{}, fail(http.StatusForbidden, "provider_denied", "the provider did not let you in, or you went back; sign in again, or ask your administrator").because(err)
		}
		return account.Proof{}, &settings.Error{Slug: "provider_failed", Detail: "the provider could not sign you in; try again, and tell your administrator if it stays", Err: err}
	}
	redirect, err := s.redirect(c, p.ID)
	if err != nil {
		return account.Proof{}, err
	}
	secret, err := s.deps.Providers.ProviderSecret(ctx, p.ID)
	if err != nil {
		return account.Proof{}, err
	}
	return s.deps.SignIn.Prove(ctx, p, secret, account.FlowOf(a.Browser, a.State, redirect), value(in.Code), value(in.Iss))
}

// providerProblem logs why a login at a provider was refused: the person is told less.
func (s *Server) providerProblem(ctx context.Context, id string, err error) error {
	s.metrics.logins.WithLabelValues("refused").Inc()
	s.config.Log.WarnContext(ctx, "login at a provider refused", "provider", id, "error", err)
	p := toProblem(adminProblem(err))
	if p.Code == "provider_away" || p.Code == "provider_unfit" { // whose particulars are for administrators
		return fail(http.StatusServiceUnavailable, "sign_in_unavailable", "signing in there does not work now; try again in a moment, and tell your administrator if it stays").because(err).after(2)
	}
	return p
}

// enabled is a provider that people sign in by.
func (s *Server) enabled(ctx context.Context, id string) (settings.Provider, error) {
	p, err := s.deps.Providers.ProviderSettings(ctx, id)
	if err == nil && !p.Enabled {
		err = &settings.Error{Slug: "unknown_provider", Detail: "nobody signs in by this provider any more; reload the page"}
	}
	if err != nil {
		return p, adminProblem(err)
	}
	return p, nil
}

// redirect is where a provider sends the browser to: each has its own, so that no answer of one passes for another's. Who asks must not choose it.
func (s *Server) redirect(c echo.Context, id string) (string, error) {
	base, own := s.public(c), s.config.PublicURL
	switch origin := c.Request().Header.Get(echo.HeaderOrigin); {
	case own == nil && !loopback(c.Request().Host):
		return "", fail(http.StatusConflict, "public_url_unknown", "the controller does not know its own address; set SWITCHROOM_PUBLIC_URL")
	case own != nil && origin != "" && !strings.EqualFold(origin, own.String()):
		return "", fail(http.StatusConflict, "other_address", "the provider brings you back to "+own.String()+"; open the page there and sign in")
	}
	return base + "/sign-in/" + id, nil
}

func loopback(host string) bool {
	u := url.URL{Host: host}
	name := u.Hostname()
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}

// ownPath is the path of a page of ours, or the first page's.
func ownPath(text string) string {
	u, err := url.Parse(text)
	if err != nil || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.Contains(text, `\`) || u.Host != "" || strings.HasPrefix(u.Path, "//") || strings.HasPrefix(u.Path, "/sign-in") {
		return "/"
	}
	return text
}

// browser is the secret in the browser's cookie.
func (s *Server) browser(c echo.Context) string {
	cookie, err := c.Cookie(s.cookieName(c))
	if err != nil || len(cookie.Value) < 43 || len(cookie.Value) > 100 {
		return ""
	}
	return cookie.Value
}

func (s *Server) setBrowser(c echo.Context, secret string, age time.Duration) {
	name := s.cookieName(c)
	c.SetCookie(&http.Cookie{Name: name, Value: secret, Path: "/", MaxAge: int(age.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: strings.HasPrefix(name, hostPrefix)})
}

func (s *Server) cookieName(c echo.Context) string {
	if strings.HasPrefix(s.public(c), "https:") {
		return hostPrefix + browserCookie
	}
	return browserCookie
}

// mayUsePassword refuses who has to sign in by a provider. Administrators always may: somebody has to when the provider is down.
func (s *Server) mayUsePassword(c echo.Context, u account.User) error {
	if u.Has(account.Administrator) {
		return nil
	}
	name, err := s.deps.Providers.SignsInBy(c.Request().Context(), u.ID)
	switch {
	case err != nil:
		return databaseAway(err)
	case name != "":
		return fail(http.StatusForbidden, "password_login_off", "you sign in by "+name+" and not by a password; choose it below")
	}
	return nil
}
