package api

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"switchroom/account"
	"switchroom/agent"
	"switchroom/api/feed"
	"switchroom/call"
	"switchroom/engine"
	"switchroom/event"
	"switchroom/prompt"
	"switchroom/record"
	"switchroom/settings"
)

// Desk is where agents' commands go: the engine. Each returns once it is saved, or says why it was refused: *agent.Error, *call.Error,
// *engine.Error.
type Desk interface {
	Login(ctx context.Context, agentID string) error
	Logout(ctx context.Context, agentID string) error
	Choose(ctx context.Context, agentID string, status agent.Choice, reason string) error
	Command(ctx context.Context, callID string, in call.Input) error
	// DialOut calls a customer and returns the call's id.
	DialOut(ctx context.Context, agentID, number, callerID string) (callID string, err error)
	// Transfer and Consult find out who is meant.
	Transfer(ctx context.Context, callID, by string, to engine.Aim) error
	Consult(ctx context.Context, callID, by string, to engine.Aim) error
	// Colleagues lists who is Ready, but for me.
	Colleagues(me string, matches func(engine.Colleague) bool, limit int) []engine.Colleague
	// Absent says that the agent's browser has been gone for the whole grace period.
	Absent(ctx context.Context, agentID string) error
	// Ready is nil when calls can be served; else it says what is wrong.
	Ready() error
}

// Accounts are the users and their sessions. Errors: account.ErrUnknown, account.ErrExpired, account.ErrRevoked.
type Accounts interface {
	UserByLogin(ctx context.Context, login string) (account.User, error)
	User(ctx context.Context, id string) (account.User, error)
	StartSession(ctx context.Context, userID, tokenHash string, ttl time.Duration, terms account.Terms) (account.Session, error)
	// RefreshSession uses up one token and makes the next one good, another next one where the answer was lost; using one again after the next one
	// was used revokes the session. With ErrRevoked it still returns the session, if it knows it.
	RefreshSession(ctx context.Context, oldHash, nextHash string, ttl time.Duration) (account.Session, error)
	EndSession(ctx context.Context, id string) error
	Session(ctx context.Context, id string) (account.Session, error)
	// Locked says how long nobody can log in with that login after too many wrong passwords, whether or not anybody has it; zero: try.
	Locked(ctx context.Context, login string) (time.Duration, error)
	// LoginFailed counts a wrong password, LoginSucceeded forgets them.
	LoginFailed(ctx context.Context, login string) error
	LoginSucceeded(ctx context.Context, login string) error
	// Factor tells whether the user has a second factor, and how many recovery codes are left.
	Factor(ctx context.Context, userID string) (confirmed bool, codes int, err error)
	// BeginFactor makes a secret, which counts once ConfirmFactor gets a code of it. Errors: *settings.Error; account.ErrUnknown, the code is wrong.
	BeginFactor(ctx context.Context, userID string) (secret []byte, err error)
	ConfirmFactor(ctx context.Context, userID, code string, recoveryHashes []string) error
	// UseCode uses up a code or a recovery code. account.ErrUnknown: it is wrong, or was used.
	UseCode(ctx context.Context, userID, code string) error
	Ping(ctx context.Context) error
}

// Settings are what the API shows of agents and queues. Errors: engine.ErrUnknown.
type Settings interface {
	Person(ctx context.Context, id string) (engine.Person, error)
	Queue(ctx context.Context, name string) (engine.Queue, error)
	Account(ctx context.Context, agentID string) (engine.Account, error)
}

// Numbers are the frequently used numbers that agents register for themselves (S27). Errors: *dialing.Error bad_number; *engine.Error bad_label,
// number_taken, too_many_numbers, unknown_number, unknown_agent.
type Numbers interface {
	// AddNumber returns the number as it is stored.
	AddNumber(ctx context.Context, agentID, label, number string) (engine.FrequentNumber, error)
	// RemoveNumber removes one of the agent's own.
	RemoveNumber(ctx context.Context, agentID, id string) error
}

// Prompts are the services' recordings, for administrators. By is who does it. Errors: engine.ErrUnknown, prompt.ErrTooMany, prompt.ErrInUse.
type Prompts interface {
	Prompts(ctx context.Context, serviceID string) ([]prompt.Prompt, error)
	// Farewell is the ID of the prompt that forced disconnect plays; empty: none.
	Farewell(ctx context.Context, serviceID string) (id string, err error)
	AddPrompt(ctx context.Context, by, serviceID, label string, a prompt.Audio) (prompt.Prompt, error)
	RemovePrompt(ctx context.Context, by, id string) error
	ChooseFarewell(ctx context.Context, by, serviceID, id string) error
	PromptAudio(ctx context.Context, sha256 string) (prompt.Audio, error)
}

// Admin are the settings, for administrators. By is who does it, version the one that they saw. Errors: *settings.Error, of which those for what is not there
// have engine.ErrUnknown under them.
type Admin interface {
	// ListServices and ListQueues: only, when not nil, limits them to those services.
	ListServices(ctx context.Context, only []string) ([]settings.Service, error)
	ServiceSettings(ctx context.Context, id string) (settings.Service, error)
	CreateService(ctx context.Context, by string, v settings.Service) (settings.Service, error)
	ChangeService(ctx context.Context, by, version string, v settings.Service) (settings.Service, error)
	DeleteService(ctx context.Context, by, id string) error
	CallingNumbers(ctx context.Context, serviceID string) (settings.CallingNumbers, error)
	SetCallingNumbers(ctx context.Context, by, serviceID, version string, v settings.CallingNumbers) (settings.CallingNumbers, error)
	DestinationRules(ctx context.Context, serviceID string) (settings.DestinationRules, error)
	SetDestinationRules(ctx context.Context, by, serviceID, version string, v settings.DestinationRules) (settings.DestinationRules, error)
	ServiceNumbers(ctx context.Context, serviceID string) (settings.FrequentNumbers, error)
	RecordSettings(ctx context.Context, serviceID string) (settings.Records, error)
	SetRecordSettings(ctx context.Context, by, serviceID, version string, v settings.Records) (settings.Records, error)
	ScreenPop(ctx context.Context, serviceID string) (settings.ScreenPop, error)
	SetScreenPop(ctx context.Context, by, serviceID, version string, v settings.ScreenPop) (settings.ScreenPop, error)
	StatusReasons(ctx context.Context, serviceID string) (settings.Reasons, error)
	SetStatusReasons(ctx context.Context, by, serviceID, version string, v settings.Reasons) (settings.Reasons, error)
	Hours(ctx context.Context, serviceID string) (settings.Hours, error)
	SetHours(ctx context.Context, by, serviceID, version string, v settings.Hours) (settings.Hours, error)
	HoursSwitch(ctx context.Context, serviceID string) (settings.HoursSwitch, error)
	SetHoursSwitch(ctx context.Context, by, serviceID, version string, v settings.HoursSwitch) (settings.HoursSwitch, error)
	SetServiceNumbers(ctx context.Context, by, serviceID, version string, v settings.FrequentNumbers) (settings.FrequentNumbers, error)

	ListQueues(ctx context.Context, only []string) ([]settings.Queue, error)
	QueueSettings(ctx context.Context, name string) (settings.Queue, error)
	CreateQueue(ctx context.Context, by string, v settings.Queue) (settings.Queue, error)
	ChangeQueue(ctx context.Context, by, version string, v settings.Queue) (settings.Queue, error)
	DeleteQueue(ctx context.Context, by, name string) error
	Members(ctx context.Context, queueName string) (settings.Members, error)
	SetMembers(ctx context.Context, by, queueName, version string, v settings.Members) (settings.Members, error)

	ListTrunks(ctx context.Context) ([]settings.Trunk, error)
	TrunkSettings(ctx context.Context, name string) (settings.Trunk, error)
	CreateTrunk(ctx context.Context, by string, v settings.Trunk) (settings.Trunk, error)
	ChangeTrunk(ctx context.Context, by, version string, v settings.Trunk) (settings.Trunk, error)
	DeleteTrunk(ctx context.Context, by, name string) error
	ListRoutes(ctx context.Context) ([]settings.Route, error)
	RouteSettings(ctx context.Context, name string) (settings.Route, error)
	CreateRoute(ctx context.Context, by string, v settings.Route) (settings.Route, error)
	ChangeRoute(ctx context.Context, by, version string, v settings.Route) (settings.Route, error)
	DeleteRoute(ctx context.Context, by, name string) error
	EmergencyNumbers(ctx context.Context) (settings.EmergencyNumbers, error)
	SetEmergencyNumbers(ctx context.Context, by, version string, v settings.EmergencyNumbers) (settings.EmergencyNumbers, error)
	Embedding(ctx context.Context) (settings.Embedding, error)
	SetEmbedding(ctx context.Context, by, version string, v settings.Embedding) (settings.Embedding, error)

	// ListPeople also says how many fit in all.
	ListPeople(ctx context.Context, q settings.PersonQuery) (list []settings.Person, total int, err error)
	PersonSettings(ctx context.Context, id string) (settings.Person, error)
	CreatePerson(ctx context.Context, by string, v settings.Person, hash string) (settings.Person, error)
	// CreatePeople makes all or none; *settings.RowsError. Dry: none, but all is tried.
	CreatePeople(ctx context.Context, by string, people []settings.Person, hashes []string, dry bool) ([]settings.Person, error)
	// ChangePerson, SetPassword and EndSessions return the sessions that ended with it. The session keep, if it is not over, stays; account.ErrRevoked: it is over.
	ChangePerson(ctx context.Context, by, version string, v settings.Person) (after settings.Person, ended []string, err error)
	SetPassword(ctx context.Context, by, id, hash, keep string) (ended []string, err error)
	EndSessions(ctx context.Context, by, id string) (ended []string, err error)
	Unlock(ctx context.Context, by, id string) error
	// CreateReset makes a link good by which a person sets a new password, and an earlier one good no more.
	CreateReset(ctx context.Context, by, id, hash string, ttl time.Duration) (until time.Time, err error)
	RemoveFactor(ctx context.Context, by, id string) error
	RevokeReset(ctx context.Context, by, id string) error
	// ResetOf and UseReset: account.ErrUnknown, the link is not good.
	ResetOf(ctx context.Context, hash string) (userID string, err error)
	UseReset(ctx context.Context, hash, passwordHash string) (ended []string, err error)
	// Note puts an act that changes no settings into the audit trail.
	Note(ctx context.Context, by, what, target string) error
	AuditTrail(ctx context.Context, q settings.ActQuery) ([]settings.Act, error)

	ListKeys(ctx context.Context) ([]settings.Key, error)
	CreateKey(ctx context.Context, by string, k settings.Key, hash string) (settings.Key, error)
	RevokeKey(ctx context.Context, by, id string) error
	// KeyByHash: account.ErrUnknown, account.ErrExpired.
	KeyByHash(ctx context.Context, hash string) (settings.Key, error)
}

// Webhooks are other systems that are told of events, and what is on its way to them. Errors: *settings.Error.
type Webhooks interface {
	ListWebhooks(ctx context.Context) ([]settings.Webhook, error)
	WebhookSettings(ctx context.Context, id string) (settings.Webhook, error)
	// CreateWebhook and RotateWebhookSecret return the secret, which nothing else does.
	CreateWebhook(ctx context.Context, by string, v settings.Webhook) (settings.Webhook, event.Secret, error)
	ChangeWebhook(ctx context.Context, by, version string, v settings.Webhook) (settings.Webhook, error)
	DeleteWebhook(ctx context.Context, by, id string) error
	RotateWebhookSecret(ctx context.Context, by, id string) (event.Secret, error)
	TestWebhook(ctx context.Context, by, id string) (delivery string, err error)
	WebhookDeliveries(ctx context.Context, id string, q settings.WebhookQuery) (settings.WebhookPage, error)
	ResendDelivery(ctx context.Context, by, id, delivery string) error
	ResendDead(ctx context.Context, by, id string) (int64, error)
	DropDelivery(ctx context.Context, by, id, delivery string) error
}

// Providers are the OpenID Connect providers by which people sign in, the accounts there that are people's, and logins that are under way. Errors: *settings.Error.
type Providers interface {
	ListProviders(ctx context.Context) ([]settings.Provider, error)
	ProviderSettings(ctx context.Context, id string) (settings.Provider, error)
	ProviderSecret(ctx context.Context, id string) (string, error)
	CreateProvider(ctx context.Context, by string, v settings.Provider, secret string) (settings.Provider, error)
	// ChangeProvider: an empty secret keeps the one that is there.
	ChangeProvider(ctx context.Context, by, version string, v settings.Provider, secret string) (settings.Provider, error)
	DeleteProvider(ctx context.Context, by, id string) error

	Identities(ctx context.Context, userID string) ([]settings.Identity, error)
	// Unlink returns the sessions that ended with it.
	Unlink(ctx context.Context, by, userID, id string) (ended []string, err error)
	// Identify finds whose an account is; one that is nobody's is linked to whoever has that login.
	Identify(ctx context.Context, issuer, subject, login string) (account.User, error)
	// SignsInBy names the provider that somebody has to sign in by; empty: a password is good.
	SignsInBy(ctx context.Context, userID string) (name string, err error)

	KeepAttempt(ctx context.Context, a account.Attempt, ttl time.Duration) error
	// TakeAttempt uses one up. account.ErrUnknown: it is not there for this browser and provider.
	TakeAttempt(ctx context.Context, state, browser, provider string) (account.Attempt, error)
}

// SignIn speaks with those providers. Errors: *settings.Error provider_away, provider_unfit, provider_failed.
type SignIn interface {
	// Try says why an issuer cannot be used.
	Try(ctx context.Context, issuer string) error
	// Address is where the browser goes.
	Address(ctx context.Context, p settings.Provider, f account.Flow) (string, error)
	// Prove checks what the provider answered. Iss is who the answer says it is of, or empty.
	Prove(ctx context.Context, p settings.Provider, secret string, f account.Flow, code, iss string) (account.Proof, error)
}

// Nodes are what the controllers say of their Asterisk nodes.
type Nodes interface {
	Nodes(ctx context.Context) ([]engine.NodeReport, error)
}

// History is what calls' journals say.
type History interface {
	// Journal lists a call's entries, oldest first, also those of a call that lives; none of a call that never was.
	Journal(ctx context.Context, callID string) ([]engine.Entry, error)
}

// Records are customers, tickets and the history of calls. Errors: *record.Error.
type Records interface {
	CallFile(ctx context.Context, v record.Viewer, id string) (record.CallFile, error)
	Calls(ctx context.Context, v record.Viewer, q record.CallQuery) (record.Page[record.Call], error)
	// Exported notes that somebody was given calls in bulk.
	Exported(ctx context.Context, by string, q record.CallQuery) error

	// CallReport and AgentReport add up what is over; bad_range for too long a range.
	CallReport(ctx context.Context, v record.Viewer, q record.ReportQuery) ([]record.Line[record.Sums], error)
	AgentReport(ctx context.Context, v record.Viewer, q record.ReportQuery) ([]record.Line[record.Work], error)

	// TicketFile takes the ID or the number.
	TicketFile(ctx context.Context, v record.Viewer, id string) (record.TicketFile, error)
	Tickets(ctx context.Context, v record.Viewer, q record.TicketQuery) (record.Page[record.Ticket], error)
	ChangeTicket(ctx context.Context, v record.Viewer, id string, version int64, p record.TicketPatch) (record.TicketFile, error)
	AddNote(ctx context.Context, v record.Viewer, id, text string) (record.TicketFile, error)

	Acquaintance(ctx context.Context, v record.Viewer, serviceID, number, callID string) (record.Acquaintance, error)
	Customer(ctx context.Context, v record.Viewer, id string) (record.Customer, error)
	Customers(ctx context.Context, v record.Viewer, q record.CustomerQuery) (record.Page[record.Customer], error)
	ChangeCustomer(ctx context.Context, v record.Viewer, id string, version int64, p record.CustomerPatch) (record.Customer, error)
	Erase(ctx context.Context, by, customerID string) error
	// NamesOf maps the ids of people and keys to what they are called; of who is not there any more it says nothing.
	NamesOf(ctx context.Context, ids []string) (map[string]string, error)
	Directory(ctx context.Context, v record.Viewer, most int) (record.Directory, error)
}

// Audit is the trail of who tried what they may not do.
type Audit interface {
	Refused(ctx context.Context, r engine.Refusal) error
}

// Answers remembers what requests with an Idempotency-Key were answered.
type Answers interface {
	// Begin returns the answer that the same request got before, or the work of answering it now; ErrInProgress while somebody else is
	// at it; ErrKeyReused when the key came with another request. Who dies at work holds the key for limit.
	Begin(ctx context.Context, scope, key string, request []byte, limit time.Duration) (*Answer, Work, error)
}

// Answer is a stored answer. An empty body means none.
type Answer struct {
	Status int
	Body   []byte
}

// Work is the duty to answer: call one of its methods.
type Work interface {
	Complete(ctx context.Context, a Answer, ttl time.Duration) error
	Forget(ctx context.Context) error
}

// Errors of Answers.
var (
	ErrInProgress = errors.New("the same request is still being worked on")
	ErrKeyReused  = errors.New("the idempotency key belongs to another request")
)

// Demo places calls of make-believe callers.
type Demo interface {
	// PlaceCall returns once the caller is calling.
	PlaceCall(ctx context.Context, queue string) error
}

// Deps are what the server works with. All are required but those that say what nil means.
type Deps struct {
	Desk     Desk
	Live     feed.Source // the live store
	Answers  Answers
	Accounts Accounts
	Settings Settings
	Outbound engine.Outbound
	Numbers  Numbers
	Prompts  Prompts
	Admin    Admin
	Nodes    Nodes
	Audit    Audit
	History  History
	Records  Records
	Webhooks Webhooks
	// CheckURL says why events may not be sent to an address.
	CheckURL  func(url string) error
	Providers Providers
	SignIn    SignIn
	Demo      Demo  // nil: this controller is no demo
	Page      fs.FS // the browser's files; nil: none are served
}
