package sql

import "time"

// The live models: one struct for each table, every column by name. The tables themselves are made by migrations, which have copies
// of their own.

type service struct {
	ID            string `gorm:"column:id;primaryKey"`
	Name          string `gorm:"column:name"`
	Inbound       bool   `gorm:"column:inbound"`
	Outbound      bool   `gorm:"column:outbound"`
	DefaultStatus string `gorm:"column:default_status"`
	DefaultReason string `gorm:"column:default_reason"`
	UpdatedAt     time.Time
}

type queue struct {
	Name          string  `gorm:"column:name;primaryKey"`
	Number        *string `gorm:"column:number"`
	ServiceID     string  `gorm:"column:service_id"`
	PickupMS      int64   `gorm:"column:pickup_ms"`
	MaxWaitMS     int64   `gorm:"column:max_wait_ms"`
	Music         string  `gorm:"column:music"`
	AnswerNow     bool    `gorm:"column:answer_now"`
	MissLimit     int     `gorm:"column:miss_limit"`
	WrapUpMS      int64   `gorm:"column:wrap_up_ms"`
	OverflowEmpty bool    `gorm:"column:overflow_empty"`
	Priority      int     `gorm:"column:priority"`
	UpdatedAt     time.Time
}

type user struct {
	ID           string `gorm:"column:id;primaryKey"`
	Login        string `gorm:"column:login"`
	Name         string `gorm:"column:name"`
	PasswordHash string `gorm:"column:password_hash"`
	Disabled     bool   `gorm:"column:disabled"`
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

type userRole struct {
	UserID string `gorm:"column:user_id;primaryKey"`
	Role   string `gorm:"column:role;primaryKey"`
}

type agentRow struct {
	UserID        string  `gorm:"column:user_id;primaryKey"`
	HomeServiceID string  `gorm:"column:home_service_id"`
	CTIID         *string `gorm:"column:cti_id"`
	CTINumber     *string `gorm:"column:cti_number"`
	Device        string  `gorm:"column:device"`
	Endpoint      string  `gorm:"column:endpoint"`
	Secret        string  `gorm:"column:secret"`
	UpdatedAt     time.Time
}

type phonePermission struct {
	UserID    string `gorm:"column:user_id;primaryKey"`
	ServiceID string `gorm:"column:service_id;primaryKey"`
}

type queueMember struct {
	QueueName string `gorm:"column:queue_name;primaryKey"`
	UserID    string `gorm:"column:user_id;primaryKey"`
}

type serviceMember struct {
	UserID    string `gorm:"column:user_id;primaryKey"`
	ServiceID string `gorm:"column:service_id;primaryKey"`
}

// loginFailure counts wrong passwords of a login, whether or not anybody has it: who asks cannot tell.
type loginFailure struct {
	Login       string     `gorm:"column:login;primaryKey"`
	Count       int        `gorm:"column:count"`
	LastAt      time.Time  `gorm:"column:last_at"`
	LockedUntil *time.Time `gorm:"column:locked_until"`
}

type counter struct {
	Name  string `gorm:"column:name;primaryKey"`
	Value int64  `gorm:"column:value"`
}

type ticket struct {
	ID           string    `gorm:"column:id;primaryKey"`
	Number       string    `gorm:"column:number"`
	CallID       string    `gorm:"column:call_id"`
	ServiceID    string    `gorm:"column:service_id"`
	AgentID      string    `gorm:"column:agent_id"`
	CallerNumber string    `gorm:"column:caller_number"`
	CallerName   string    `gorm:"column:caller_name"`
	OpenedAt     time.Time `gorm:"column:opened_at"`
	Status       string    `gorm:"column:status"`
	CustomerID   *string   `gorm:"column:customer_id"`
	Queue        string    `gorm:"column:queue"`
	Direction    string    `gorm:"column:direction"`
	Subject      string    `gorm:"column:subject"`
	Disposition  string    `gorm:"column:disposition"`
	AssigneeID   string    `gorm:"column:assignee_id"`
	// Words is all text about the ticket in lower case, to be searched.
	Words     string    `gorm:"column:words"`
	UpdatedAt time.Time `gorm:"column:updated_at"`
	Version   int64     `gorm:"column:version"`
	Blanked   bool      `gorm:"column:blanked"` // personal data was deleted
}

type callRow struct {
	ID           string     `gorm:"column:id;primaryKey"`
	Version      uint64     `gorm:"column:version"`
	State        string     `gorm:"column:state"`
	Node         string     `gorm:"column:node"`
	ServiceID    string     `gorm:"column:service_id"`
	Queue        string     `gorm:"column:queue"`
	CallerNumber string     `gorm:"column:caller_number"`
	CallerName   string     `gorm:"column:caller_name"`
	Called       string     `gorm:"column:called"`
	AgentID      string     `gorm:"column:agent_id"` // the last agent who was with the customer
	Ticket       string     `gorm:"column:ticket"`
	Misses       int        `gorm:"column:misses"` // offers that came to nothing
	EnteredAt    time.Time  `gorm:"column:entered_at"`
	ConnectedAt  *time.Time `gorm:"column:connected_at"`
	EndedAt      *time.Time `gorm:"column:ended_at"`
	EndClass     string     `gorm:"column:end_class"`
	EndSlug      string     `gorm:"column:end_slug"`
	// Record is the call as JSON, from which the next entry goes on; empty once the call is closed.
	Record string `gorm:"column:record"`
	// Diverged: replaying the journal did not give the states that it says. The journal is right.
	Diverged bool `gorm:"column:diverged"`
	// EnteredMS and EndedMS are EnteredAt and EndedAt in milliseconds, by which lists are ordered; EndedMS 0: it lives.
	EnteredMS int64  `gorm:"column:entered_ms"`
	EndedMS   int64  `gorm:"column:ended_ms"`
	Direction string `gorm:"column:direction"`
	Number    string `gorm:"column:number"` // the customer's, as E.164; empty: withheld, or not usable
	QueueMS   int64  `gorm:"column:queue_ms"`
	RingMS    int64  `gorm:"column:ring_ms"`
	TalkMS    int64  `gorm:"column:talk_ms"`
	HoldMS    int64  `gorm:"column:hold_ms"`
	// Measured is the record.Clock as JSON, from which the next entry goes on; empty once the call is closed.
	Measured string `gorm:"column:measured"`
	Blanked  bool   `gorm:"column:blanked"` // personal data was deleted
}

type journalEntry struct {
	CallID  string    `gorm:"column:call_id;primaryKey"`
	Version uint64    `gorm:"column:version;primaryKey;autoIncrement:false"`
	At      time.Time `gorm:"column:at"`
	State   string    `gorm:"column:state"`
	Input   string    `gorm:"column:input"`
	Effects string    `gorm:"column:effects"`
}

type session struct {
	ID        string     `gorm:"column:id;primaryKey"`
	UserID    string     `gorm:"column:user_id"`
	CreatedAt time.Time  `gorm:"column:created_at"`
	ExpiresAt time.Time  `gorm:"column:expires_at"`
	RevokedAt *time.Time `gorm:"column:revoked_at"`
	// The terms on which it began.
	SecondFactor bool       `gorm:"column:second_factor"`
	EndsAt       *time.Time `gorm:"column:ends_at"`
}

type refreshToken struct {
	Hash      string     `gorm:"column:hash;primaryKey"`
	SessionID string     `gorm:"column:session_id"`
	UsedAt    *time.Time `gorm:"column:used_at"`
	Successor string     `gorm:"column:successor"` // the hash of what was given for it last
	CreatedAt time.Time  `gorm:"column:created_at"`
}

type auditEntry struct {
	ID     string    `gorm:"column:id;primaryKey"`
	At     time.Time `gorm:"column:at"`
	Who    string    `gorm:"column:who"`
	What   string    `gorm:"column:what"`
	Target string    `gorm:"column:target"`
	Before string    `gorm:"column:before"`
	After  string    `gorm:"column:after"`
}

func (service) TableName() string         { return "services" }
func (queue) TableName() string           { return "queues" }
func (user) TableName() string            { return "users" }
func (userRole) TableName() string        { return "user_roles" }
func (agentRow) TableName() string        { return "agents" }
func (phonePermission) TableName() string { return "phone_permissions" }
func (queueMember) TableName() string     { return "queue_members" }
func (serviceMember) TableName() string   { return "service_members" }
func (loginFailure) TableName() string    { return "login_failures" }
func (counter) TableName() string         { return "counters" }
func (ticket) TableName() string          { return "tickets" }
func (callRow) TableName() string         { return "calls" }
func (journalEntry) TableName() string    { return "journal_entries" }
func (session) TableName() string         { return "sessions" }
func (refreshToken) TableName() string    { return "refresh_tokens" }
func (auditEntry) TableName() string      { return "audit_entries" }

// serviceReasons is what a row of services says about its reasons.
type serviceReasons struct {
	ID             string `gorm:"column:id;primaryKey"`
	ReasonRequired bool   `gorm:"column:reason_required"`
}

type statusReason struct {
	ServiceID string `gorm:"column:service_id;primaryKey"`
	Code      string `gorm:"column:code;primaryKey"`
	Position  int    `gorm:"column:position"`
	Name      string `gorm:"column:name"`
	Business  bool   `gorm:"column:business"`
	Rest      bool   `gorm:"column:rest"`
	Active    bool   `gorm:"column:active"`
}

func (serviceReasons) TableName() string { return "services" }
func (statusReason) TableName() string   { return "status_reasons" }

// serviceScreenPop is what a row of services says about the page that is opened beside a call.
type serviceScreenPop struct {
	ID   string `gorm:"column:id;primaryKey"`
	URL  string `gorm:"column:screen_pop_url"`
	When string `gorm:"column:screen_pop_when"`
}

func (serviceScreenPop) TableName() string { return "services" }
