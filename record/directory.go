package record

// Directory is what can be named in questions and answers: services with their queues, and people.
type Directory struct {
	Services []NamedService
	People   []NamedPerson // by name
	More     bool          // there are more people
}

// NamedService is a service with what its reports and filters need.
type NamedService struct {
	ID, Name string
	TimeZone string // IANA name
	Queues   []string
}

// NamedPerson is somebody with the services of the directory that they belong to.
type NamedPerson struct {
	ID, Name string
	Services []string
}
