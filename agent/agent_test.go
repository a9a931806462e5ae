package agent

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

var t0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

func at(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }

func profile() Profile {
	return Profile{Name: "Ann", CTI: "ann", Queues: []string{"sales", "help"}, Phone: Phone{Device: WebRTC, Endpoint: "ann-phone", Number: "101", Reachable: true}}
}

// step is one input at a second of the story; err is the slug of the refusal.
type step struct {
	at  int
	in  Input
	err string
}

func (s step) apply(t *testing.T, a Agent) Agent {
	t.Helper()
	before := a
	if a.Held != nil {
		held := *a.Held
		before.Held = &held
	}
	b, err := a.Apply(at(s.at), s.in)
	if !reflect.DeepEqual(before, a) {
		t.Fatalf("%T changed its receiver", s.in)
	}
	again, err2 := a.Apply(at(s.at), s.in)
	if !reflect.DeepEqual(b, again) || (err == nil) != (err2 == nil) {
		t.Fatalf("%T twice gave two results", s.in)
	}
	var e *Error
	switch {
	case s.err == "" && err != nil:
		t.Fatalf("at %d, %T: %v", s.at, s.in, err)
	case s.err != "" && (!errors.As(err, &e) || e.Slug != s.err || e.Error() == ""):
		t.Fatalf("at %d, %T: %v, want %s", s.at, s.in, err, s.err)
	case s.err != "" && !reflect.DeepEqual(b, a):
		t.Fatalf("a refused %T changed the agent", s.in)
	}
	return b
}

func after(t *testing.T, steps ...step) Agent {
	t.Helper()
	var a Agent
	a.ID = "ann"
	for _, s := range steps {
		a = s.apply(t, a)
	}
	return a
}

var (
	login    = step{at: 0, in: Login{Profile: profile(), Default: Business, Reason: "morning"}}
	phone    = step{at: 0, in: PhoneChanged{Reachable: true}}
	ready    = step{at: 1, in: Choose{Status: Ready}}
	offered  = step{at: 2, in: Reserve{Call: "c1", Token: "o1"}}
	answered = step{at: 3, in: SetPhase{Token: "o1", Phase: Talking}}
)

func served(at int) step {
	return step{at: at, in: Release{Token: "o1", Outcome: Outcome{Kind: Served, Ticket: "T-1"}}}
}

func begin(more ...step) []step { return append([]step{login, phone, ready}, more...) }

// TestStatus follows an agent's day; each row is a story and what people see at its end.
func TestStatus(t *testing.T) {
	missed := func(at, limit int, token string) step {
		return step{at: at, in: Release{Token: token, Outcome: Outcome{Kind: Missed, MissLimit: limit}}}
	}
	for _, tc := range []struct {
		name  string
		steps []step
		now   int
		want  Status
		free  bool   // Available
		why   string // if not
	}{
		{"S9 login begins with the default", []step{login}, 5, Status{Code: ShowBusiness, Reason: "morning", Since: at(0)}, false, "business_morning"},
		{"S9 never Ready by surprise", []step{{at: 0, in: Login{Profile: profile(), Default: Ready}}}, 5, Status{Code: ShowBusiness, Since: at(0)}, false, "business"},
		{"S9 an unknown default is Business", []step{{at: 0, in: Login{Profile: profile(), Default: "lunch"}}}, 5, Status{Code: ShowBusiness, Since: at(0)}, false, "business"},
		{"S9 a default of logged out is Business", []step{{at: 0, in: Login{Profile: profile(), Default: LoggedOut}}}, 5, Status{Code: ShowBusiness, Since: at(0)}, false, "business"},
		{"S9 the default may be Rest", []step{{at: 0, in: Login{Profile: profile(), Default: Rest}}}, 5, Status{Code: ShowRest, Since: at(0)}, false, "rest"},
		{"S8 a second login changes nothing", begin(step{at: 4, in: Login{Profile: profile(), Default: Rest}}), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S6 no login without a CTI number", []step{{at: 0, in: Login{Profile: Profile{CTI: "ann"}}, err: "no_cti_account"}}, 5, Status{}, false, ""},
		{"S6 no login without a CTI ID", []step{{at: 0, in: Login{Profile: Profile{Phone: Phone{Endpoint: "p"}}}, err: "no_cti_account"}}, 5, Status{}, false, ""},
		{"S8 nothing can be chosen before login", []step{{at: 0, in: Choose{Status: Ready}, err: "not_logged_in"}, {at: 0, in: Choose{Status: LoggedOut}}}, 5, Status{}, false, ""},
		{"S9 what is no status", begin(step{at: 2, in: Choose{Status: "lunch"}, err: "bad_status"}), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S10 Business gets no calls", begin(step{at: 3, in: Choose{Status: Business, Reason: "training"}}), 5, Status{Code: ShowBusiness, Reason: "training", Since: at(3)}, false, "business_training"},
		{"S11 Ready gets calls", begin(), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S11 Ready said again keeps its time", begin(step{at: 4, in: Choose{Status: Ready}}), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S12 Rest gets no calls", begin(step{at: 3, in: Choose{Status: Rest}}, step{at: 4, in: Reserve{Call: "c1", Token: "o1"}, err: "not_available"}), 5, Status{Code: ShowRest, Since: at(3)}, false, "rest"},
		{"S12 another reason is another time", begin(step{at: 3, in: Choose{Status: Rest}}, step{at: 4, in: Choose{Status: Rest, Reason: "lunch"}}), 5, Status{Code: ShowRest, Reason: "lunch", Since: at(4)}, false, "rest_lunch"},
		{"logged out needs a login again", begin(step{at: 3, in: Choose{Status: LoggedOut}}, step{at: 4, in: Choose{Status: Ready}, err: "not_logged_in"}), 5, Status{Code: ShowLoggedOut, Since: at(3)}, false, "logged_out"},
		{"logged out", begin(step{at: 3, in: Choose{Status: LoggedOut}}), 5, Status{Code: ShowLoggedOut, Since: at(3)}, false, "logged_out"},
		{"S13 offered", begin(offered), 5, Status{Code: ShowRinging, Since: at(2)}, false, "in_call"},
		{"an offer said again is no second one", begin(offered, offered), 5, Status{Code: ShowRinging, Since: at(2)}, false, "in_call"},
		{"invariant 1: one offer at a time", begin(offered, step{at: 3, in: Reserve{Call: "c2", Token: "o2"}, err: "not_available"}), 5, Status{Code: ShowRinging, Since: at(2)}, false, "in_call"},
		{"a reservation names its call", begin(step{at: 3, in: Reserve{Token: "o2"}, err: "bad_reservation"}, step{at: 3, in: Reserve{Call: "c"}, err: "bad_reservation"}), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"connecting", begin(offered, step{at: 3, in: SetPhase{Token: "o1", Phase: Connecting}}), 5, Status{Code: ShowOnCall, Since: at(3)}, false, "in_call"},
		{"on call", begin(offered, answered), 5, Status{Code: ShowOnCall, Since: at(3)}, false, "in_call"},
		{"a phase said again keeps its time", begin(offered, answered, step{at: 4, in: SetPhase{Token: "o1", Phase: Talking}}), 5, Status{Code: ShowOnCall, Since: at(3)}, false, "in_call"},
		{"a former offer's phase", begin(offered, step{at: 4, in: SetPhase{Token: "o0", Phase: Talking}}), 5, Status{Code: ShowRinging, Since: at(2)}, false, "in_call"},
		{"rejoining", begin(offered, answered, step{at: 4, in: SetPhase{Token: "o1", Phase: Rejoining}}), 5, Status{Code: ShowRejoining, Since: at(4)}, false, "in_call"},
		{"S35 on hold", begin(offered, answered, step{at: 4, in: SetPhase{Token: "o1", Phase: Holding}}), 5, Status{Code: ShowOnHold, Since: at(4)}, false, "in_call"},
		{"S37 resumed", begin(offered, answered, step{at: 4, in: SetPhase{Token: "o1", Phase: Holding}}, step{at: 5, in: SetPhase{Token: "o1", Phase: Talking}}), 6, Status{Code: ShowOnCall, Since: at(5)}, false, "in_call"},
		{"S29 on call, transfer in progress", begin(offered, answered, step{at: 4, in: SetPhase{Token: "o1", Phase: Consulting}}), 5, Status{Code: ShowTransfer, Since: at(4)}, false, "in_call"},
		{"a former offer's release", begin(offered, step{at: 4, in: Release{Token: "o0", Outcome: Outcome{Kind: Missed, MissLimit: 1}}}), 5, Status{Code: ShowRinging, Since: at(2)}, false, "in_call"},
		{"released and said again", begin(offered, answered, served(4), step{at: 5, in: Choose{Status: Ready}}, served(6)), 7, Status{Code: ShowReady, Since: at(5)}, true, ""},
		{"returned: as before", begin(offered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: Returned}}}), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S12 a status chosen while ringing applies after", begin(offered, step{at: 3, in: Choose{Status: Rest}}, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: Returned}}}), 5, Status{Code: ShowRest, Since: at(4)}, false, "rest"},
		{"S12 it is seen while it waits", begin(offered, answered, step{at: 4, in: Choose{Status: Rest, Reason: "lunch"}}), 5, Status{Code: ShowOnCall, Since: at(3), Next: Rest, NextReason: "lunch"}, false, "in_call"},
		{"S16 missed", begin(offered, missed(4, 1, "o1")), 5, Status{Code: ShowBusiness, Reason: ReasonMissed, Since: at(4)}, false, "business_missed"},
		{"S16 one miss of two", begin(offered, missed(4, 2, "o1")), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S16 missed, with Ready chosen meanwhile", begin(offered, step{at: 3, in: Choose{Status: Ready}}, missed(4, 1, "o1")), 5, Status{Code: ShowBusiness, Reason: ReasonMissed, Since: at(4)}, false, "business_missed"},
		{"S16 missed, with Rest chosen meanwhile", begin(offered, step{at: 3, in: Choose{Status: Rest}}, missed(4, 1, "o1")), 5, Status{Code: ShowRest, Since: at(4)}, false, "rest"},
		{"S16 two misses of two", begin(offered, missed(4, 2, "o1"), step{at: 5, in: Reserve{Call: "c1", Token: "o2"}}, missed(6, 2, "o2")), 7, Status{Code: ShowBusiness, Reason: ReasonMissed, Since: at(6)}, false, "business_missed"},
		{"S16 no limit", begin(offered, missed(4, 0, "o1")), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S16 a served call forgives", begin(offered, missed(4, 2, "o1"), step{at: 5, in: Reserve{Call: "c1", Token: "o1"}}, served(6), step{at: 7, in: Choose{Status: Ready}}, step{at: 8, in: Reserve{Call: "c1", Token: "o2"}}, missed(9, 2, "o2")), 10, Status{Code: ShowReady, Since: at(7)}, true, ""},
		{"S16 choosing Ready forgives", begin(offered, missed(4, 2, "o1"), step{at: 5, in: Choose{Status: Ready}}, step{at: 6, in: Reserve{Call: "c1", Token: "o2"}}, missed(7, 2, "o2")), 8, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S16 choosing Rest does not", begin(offered, missed(4, 3, "o1"), step{at: 5, in: Choose{Status: Rest}}), 8, Status{Code: ShowRest, Since: at(5)}, false, "rest"},
		{"S16 missed with Rest chosen", begin(offered, step{at: 3, in: Choose{Status: Rest}}, missed(4, 1, "o1")), 5, Status{Code: ShowRest, Since: at(4)}, false, "rest"},
		{"S16 busy phone", begin(offered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "busy"}}}), 5, Status{Code: ShowReady, Since: at(1), Notice: "phone_busy"}, false, "phone_busy"},
		{"S16 thirty seconds later", begin(offered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "busy"}}}, step{at: 34, in: Tick{}}), 34, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S16 not before", begin(offered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "busy"}}}, step{at: 33, in: Tick{}}), 33, Status{Code: ShowReady, Since: at(1), Notice: "phone_busy"}, false, "phone_busy"},
		{"S16 or a contact that came while the former one was rung", begin(offered, step{at: 3, in: PhoneChanged{Reachable: true}}, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "unreachable"}}}), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S16 not one that went again", begin(offered, step{at: 3, in: PhoneChanged{Reachable: true}}, step{at: 3, in: PhoneChanged{}}, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "unreachable"}}}), 5, Status{Code: ShowReady, Since: at(1), Notice: "phone_unreachable"}, false, "phone_unreachable"},
		{"S16 or a new contact", begin(offered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "busy"}}}, step{at: 5, in: PhoneChanged{Reachable: true}}), 5, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"an unreachable phone", []step{login, ready}, 5, Status{Code: ShowReady, Since: at(1), Notice: "phone_unreachable"}, false, "phone_unreachable"},
		{"S38 ticket processing", begin(offered, answered, served(9)), 10, Status{Code: ShowBusiness, Reason: ReasonTicketProcessing, Since: at(9)}, false, "business_ticket_processing"},
		{"S38 also when the phone was lost", begin(offered, answered, step{at: 9, in: Release{Token: "o1", Outcome: Outcome{Kind: Interrupted}}}), 10, Status{Code: ShowBusiness, Reason: ReasonTicketProcessing, Since: at(9)}, false, "business_ticket_processing"},
		{"S38 also when Asterisk was restarted", begin(offered, answered, step{at: 9, in: Release{Token: "o1", Outcome: Outcome{Kind: Vanished}}}), 10, Status{Code: ShowBusiness, Reason: ReasonTicketProcessing, Since: at(9)}, false, "business_ticket_processing"},
		{"S40 without a limit it lasts", begin(offered, answered, served(9), step{at: 9999, in: Tick{}}), 9999, Status{Code: ShowBusiness, Reason: ReasonTicketProcessing, Since: at(9)}, false, "business_ticket_processing"},
		{"S40 then Ready is chosen", begin(offered, answered, served(9), step{at: 12, in: Choose{Status: Ready}}), 13, Status{Code: ShowReady, Since: at(12)}, true, ""},
		{"S40 the next status applies instead", begin(offered, answered, step{at: 4, in: Choose{Status: Ready}}, served(9)), 10, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S4 without permission, no call: logged out at once", begin(step{at: 4, in: Bar{}}), 5, Status{Code: ShowLoggedOut, Since: at(4)}, false, "logged_out"},
		{"S4 in a call: after it", begin(offered, answered, step{at: 4, in: Choose{Status: Ready}}, step{at: 5, in: Bar{}}), 6, Status{Code: ShowOnCall, Since: at(3), Next: LoggedOut}, false, "in_call"},
		{"S4 and nothing else can be chosen", begin(offered, answered, step{at: 4, in: Bar{}}, step{at: 5, in: Choose{Status: Ready}, err: "no_permission"}, step{at: 5, in: Choose{Status: LoggedOut}}, served(6)), 7, Status{Code: ShowLoggedOut, Since: at(6)}, false, "logged_out"},
		{"S4 nor by a ticket processing whose time is over meanwhile", begin(offered, answered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: Served, WrapUp: 9 * time.Second}}},
			step{at: 5, in: Reserve{Call: "c2", Token: "o2", By: Dialling}}, step{at: 6, in: Bar{}}, step{at: 13, in: Tick{}}, step{at: 14, in: Choose{Status: Ready}, err: "no_permission"},
			step{at: 15, in: Release{Token: "o2", Outcome: Outcome{Kind: Returned}}}), 16, Status{Code: ShowLoggedOut, Since: at(15)}, false, "logged_out"},
		{"S4 permitted again in the same call", begin(offered, answered, step{at: 4, in: Bar{}}, step{at: 5, in: SetProfile{profile()}}, step{at: 6, in: Choose{Status: Ready}}, served(9)), 10, Status{Code: ShowReady, Since: at(1)}, true, ""},
		{"S4 permitted again, and nothing chosen", begin(offered, answered, step{at: 4, in: Bar{}}, step{at: 5, in: SetProfile{profile()}}, served(9)), 10, Status{Code: ShowBusiness, Reason: ReasonTicketProcessing, Since: at(9)}, false, "business_ticket_processing"},
		{"S4 other settings leave the next status alone", begin(offered, answered, step{at: 4, in: Choose{Status: Rest}}, step{at: 5, in: SetProfile{profile()}}, served(6)), 7, Status{Code: ShowRest, Since: at(6)}, false, "rest"},
		{"S4 who is logged out stays so", []step{login, {at: 1, in: Choose{Status: LoggedOut}}, {at: 2, in: Bar{}}, {at: 3, in: login.in}}, 4, Status{Code: ShowBusiness, Reason: "morning", Since: at(3)}, false, "business_morning"},
		{"absent while Ready", begin(step{at: 4, in: Absent{}}), 5, Status{Code: ShowBusiness, Reason: ReasonAbsent, Since: at(4)}, false, "business_absent"},
		{"absent while resting", begin(step{at: 3, in: Choose{Status: Rest}}, step{at: 4, in: Absent{}}), 5, Status{Code: ShowRest, Since: at(3)}, false, "rest"},
		{"absent during a call touches no call", begin(offered, answered, step{at: 4, in: Absent{}}), 5, Status{Code: ShowOnCall, Since: at(3), Next: Business, NextReason: ReasonAbsent}, false, "in_call"},
		{"absent during a call, Rest chosen before", begin(offered, answered, step{at: 4, in: Choose{Status: LoggedOut}}, step{at: 5, in: Absent{}}, served(6)), 7, Status{Code: ShowLoggedOut, Since: at(6)}, false, "logged_out"},
		{"absent during a call, Ready chosen before", begin(offered, answered, step{at: 4, in: Choose{Status: Ready}}, step{at: 5, in: Absent{}}, served(6)), 7, Status{Code: ShowBusiness, Reason: ReasonAbsent, Since: at(6)}, false, "business_absent"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := after(t, tc.steps...)
			if got := a.Status(at(tc.now)); got != tc.want {
				t.Errorf("status %+v, want %+v", got, tc.want)
			}
			if free, why := a.Available(at(tc.now)); free != tc.free || why != tc.why {
				t.Errorf("available: %t %q, want %t %q", free, why, tc.free, tc.why)
			}
			if a.Free() != (a.Held == nil) {
				t.Errorf("free: %t", a.Free())
			}
		})
	}
}

// TestClaimable: who can be taken for a call in which way (S28, S40, and where several services meet).
func TestClaimable(t *testing.T) {
	chosen := func(c Choice) step { return step{at: 3, in: Choose{Status: c}} }
	for _, tc := range []struct {
		name  string
		steps []step
		ways  string // those in which they can be taken for call c1: o offered, n by number, r recalled, d dialling themselves
		why   string // if recalled is not one of them
	}{
		{"S11 Ready", begin(), "onrd", ""},
		{"S10 Business: by number, and to dial", begin(chosen(Business)), "nd", "business"},
		{"S12, S20 Rest: only to dial", begin(chosen(Rest)), "d", "rest"},
		{"logged out: never", begin(chosen(LoggedOut)), "", "logged_out"},
		{"in a call: never", begin(offered, answered), "", "in_call"},
		{"in a call taken in Business: never twice", begin(chosen(Business), step{at: 4, in: Reserve{Call: "c2", Token: "o2", By: ByNumber}}), "", "business"},
		{"S40 processing the ticket of the call that failed", begin(offered, answered, served(9)), "rd", ""},
		{"S39 processing another call's ticket", begin(step{at: 2, in: Reserve{Call: "c2", Token: "o1"}}, answered, served(9)), "d", "business_ticket_processing"},
		{"S40 another status chosen since", begin(offered, answered, served(9), step{at: 10, in: Choose{Status: Rest}}), "d", "rest"},
		{"S20 a phone that was busy: only to dial", begin(offered, step{at: 3, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "busy"}}}), "d", "phone_busy"},
		{"no reachable phone: never", begin(offered, answered, served(9), step{at: 10, in: PhoneChanged{}}), "", "phone_unreachable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := after(t, tc.steps...)
			var ways, why string
			for _, w := range []struct {
				by     Way
				letter string
			}{{Offered, "o"}, {ByNumber, "n"}, {Recalled, "r"}, {Dialling, "d"}} {
				ok, not := a.Claimable(at(20), w.by, "c1")
				b, err := a.Apply(at(20), Reserve{Call: "c1", Token: "o9", By: w.by})
				if ok != (err == nil) || ok != (b.Held != nil && b.Held.Token == "o9") || ok != (not == "") {
					t.Errorf("%q: claimable %t (%s), reserved: %v", w.by, ok, not, err)
				}
				if ok {
					ways += w.letter
				}
				if w.by == Recalled {
					why = not
				}
			}
			if ways != tc.ways || why != tc.why {
				t.Errorf("can be taken %q (%q), want %q (%q)", ways, why, tc.ways, tc.why)
			}
		})
	}
	if ok, _ := after(t, begin(step{at: 3, in: Choose{Status: Business}})...).Claimable(at(20), Recalled, ""); ok {
		t.Error("no call is nobody's ticket processing")
	}
	if ok, _ := after(t, phone).Claimable(at(20), Dialling, ""); ok {
		t.Error("who never logged in can dial")
	}
}

// TestRecalledOutOfTicketProcessing: not answered, it goes on; in the call, the end of its time takes nothing that was chosen for later.
func TestRecalledOutOfTicketProcessing(t *testing.T) {
	recalled := step{at: 12, in: Reserve{Call: "c1", Token: "o2", By: Recalled}}
	a := after(t, begin(offered, answered, limited(10), recalled)...)
	back := step{at: 15, in: Release{Token: "o2", Outcome: Outcome{Kind: Returned}}}.apply(t, a)
	if s := back.Status(at(16)); s.Reason != ReasonTicketProcessing || back.WrapUpCall != "c1" || !back.Deadline().Equal(at(20)) {
		t.Errorf("after a recall that was not answered: %+v", back)
	}
	a = step{at: 15, in: Choose{Status: Rest, Reason: "lunch"}}.apply(t, a)
	a = step{at: 20, in: Tick{}}.apply(t, a)
	if !a.Deadline().IsZero() {
		t.Errorf("deadline %s", a.Deadline())
	}
	a = step{at: 30, in: Release{Token: "o2", Outcome: Outcome{Kind: Served}}}.apply(t, a)
	if s := a.Status(at(31)); s.Code != ShowRest || s.Reason != "lunch" {
		t.Errorf("after the recall: %+v", s)
	}
}

func limited(at int) step {
	return step{at: at, in: Release{Token: "o1", Outcome: Outcome{Kind: Served, Ticket: "T-1", WrapUp: 10 * time.Second}}}
}

// TestWrapUp: S38–S40, with a limit.
func TestWrapUp(t *testing.T) {
	a := after(t, begin(offered, answered, limited(10))...)
	if a.WrapUpCall != "c1" || a.WrapUpTicket != "T-1" || !a.Deadline().Equal(at(20)) || a.Held != nil {
		t.Fatalf("wrap-up %q %q until %s", a.WrapUpCall, a.WrapUpTicket, a.Deadline())
	}
	if early := (step{at: 19, in: Tick{}}).apply(t, a); !reflect.DeepEqual(early, a) {
		t.Errorf("a tick too early changed %+v", early)
	}
	done := step{at: 20, in: Tick{}}.apply(t, a)
	if done.Chosen != Ready || done.WrapUpCall != "" || !done.Deadline().IsZero() || !done.IdleSince.Equal(at(20)) {
		t.Errorf("after the limit: %+v", done)
	}
	gone := step{at: 12, in: Absent{}}.apply(t, a)
	if gone = (step{at: 20, in: Tick{}}).apply(t, gone); gone.Chosen != Business {
		t.Errorf("an absent agent became %s when the ticket processing was over", gone.Chosen)
	}
	if rest := (step{at: 12, in: Choose{Status: Rest}}).apply(t, a); !rest.Deadline().IsZero() || rest.WrapUpTicket != "" {
		t.Errorf("a chosen status did not end the ticket processing: %+v", rest)
	}
}

// TestDeadline: the earlier of the phone's pause and the ticket processing's end.
func TestDeadline(t *testing.T) {
	for _, tc := range []struct{ blocked, wrap, want int }{{0, 0, 0}, {5, 0, 5}, {0, 7, 7}, {5, 7, 5}, {7, 5, 5}} {
		var a Agent
		for _, f := range []struct {
			s  int
			to *time.Time
		}{{tc.blocked, &a.Phone.Blocked}, {tc.wrap, &a.WrapUpUntil}} {
			if f.s > 0 {
				*f.to = at(f.s)
			}
		}
		got := a.Deadline()
		if tc.want == 0 && !got.IsZero() || tc.want > 0 && !got.Equal(at(tc.want)) {
			t.Errorf("blocked %d, wrap-up %d: %s", tc.blocked, tc.wrap, got)
		}
	}
}

// TestPhoneFaultEndsByItself: the record says so too, not only the clock.
func TestPhoneFaultEndsByItself(t *testing.T) {
	a := after(t, begin(offered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: PhoneFault, Fault: "unreachable"}}})...)
	if !a.Deadline().Equal(at(34)) {
		t.Fatalf("deadline %s", a.Deadline())
	}
	if early := (step{at: 33, in: Tick{}}).apply(t, a); early.Phone.Fault == "" {
		t.Error("ended too early")
	}
	a = step{at: 34, in: Tick{}}.apply(t, a)
	if a.Phone.Fault != "" || !a.Phone.Blocked.IsZero() || a.Chosen != Ready {
		t.Errorf("%+v", a)
	}
}

// TestIdleSince: longest-idle routing counts from when the agent became Ready, or was released into it.
func TestIdleSince(t *testing.T) {
	for _, tc := range []struct {
		name  string
		steps []step
		want  int
	}{
		{"became ready", begin(), 1},
		{"ready said again", begin(step{at: 5, in: Choose{Status: Ready}}), 1},
		{"missed, still ready", begin(offered, step{at: 5, in: Release{Token: "o1", Outcome: Outcome{Kind: Missed, MissLimit: 2}}}), 1},
		{"served, ready next", begin(offered, step{at: 4, in: Choose{Status: Ready}}, served(9)), 9},
		{"ready after ticket processing", begin(offered, served(9), step{at: 12, in: Choose{Status: Ready}}), 12},
	} {
		if a := after(t, tc.steps...); !a.IdleSince.Equal(at(tc.want)) {
			t.Errorf("%s: idle since %s", tc.name, a.IdleSince.Sub(t0))
		}
	}
}

// TestProfile: settings that change keep what is known of the phone, unless it is another phone.
func TestProfile(t *testing.T) {
	a := after(t, begin()...)
	p := profile()
	p.Name, p.Phone.Number = "Anna", "102"
	same := step{at: 3, in: SetProfile{p}}.apply(t, a)
	if same.Name != "Anna" || same.Phone.Number != "102" || !same.Phone.Reachable || same.Queues[0] != "help" {
		t.Errorf("%+v", same)
	}
	p.Phone.Endpoint = "other"
	other := step{at: 3, in: SetProfile{p}}.apply(t, a)
	if other.Phone.Reachable || other.Phone.Endpoint != "other" || other.Chosen != Ready {
		t.Errorf("%+v", other)
	}
	p.Queues[0] = "scribble"
	if same.Queues[0] == "scribble" || same.Queues[1] == "scribble" {
		t.Error("the record shares the settings' memory")
	}
}

// TestMissesAreForgottenAtLogin: a new day.
func TestMissesAreForgottenAtLogin(t *testing.T) {
	a := after(t, begin(offered, step{at: 4, in: Release{Token: "o1", Outcome: Outcome{Kind: Missed, MissLimit: 5}}}, step{at: 5, in: Choose{Status: LoggedOut}})...)
	if a.Misses != 1 {
		t.Fatalf("misses %d", a.Misses)
	}
	if a = (step{at: 6, in: login.in}).apply(t, a); a.Misses != 0 || a.Chosen != Business {
		t.Errorf("%+v", a)
	}
}

// TestUnknownInput is refused.
func TestUnknownInput(t *testing.T) { after(t, step{at: 0, in: stranger{}, err: "bad_input"}) }

type stranger struct{}

func (stranger) agentInput() {}

func TestACopySharesNothing(t *testing.T) {
	a := Agent{Queues: []string{"sales"}, Held: &Reservation{Token: "o1"}, DialFailure: &DialFailure{Why: "busy"}, Lost: &Lost{How: LostCall}}
	b := a.Clone()
	b.Queues[0], b.Held.Token, b.DialFailure.Why, b.Lost.How = "x", "x", "x", "x"
	if a.Queues[0] != "sales" || a.Held.Token != "o1" || a.DialFailure.Why != "busy" || a.Lost.How != LostCall {
		t.Errorf("the receiver changed with its copy: %+v, %+v, %+v, %+v", a, a.Held, a.DialFailure, a.Lost)
	}
}

func TestHowAConversationWasLostIsKnownUntilTheNextStatusOrCall(t *testing.T) {
	for kind, want := range map[OutcomeKind]string{Served: "", Interrupted: LostPhone, Vanished: LostCall} {
		ends := step{at: 9, in: Release{Token: "o1", Outcome: Outcome{Kind: kind}}}
		for what, steps := range map[string][]step{
			"then ticket processing": begin(offered, answered, ends),
			"then Ready, as chosen":  begin(offered, answered, step{at: 8, in: Choose{Status: Ready}}, ends),
		} {
			a := after(t, steps...)
			if want == "" && a.Lost != nil || want != "" && (a.Lost == nil || a.Lost.How != want || a.Lost.Call != "c1") {
				t.Errorf("%s, %s: lost %+v", kind, what, a.Lost)
			}
			for next, s := range map[string]step{"status": {at: 12, in: Choose{Status: Rest}}, "call": {at: 12, in: Reserve{Call: "c2", Token: "o2"}}} {
				if next == "call" && a.Chosen != Ready {
					continue
				}
				if a := after(t, append(steps, s)...); a.Lost != nil {
					t.Errorf("%s, %s: still lost after the next %s: %+v", kind, what, next, a.Lost)
				}
			}
		}
	}
}
