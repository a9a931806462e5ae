package api

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"switchroom/api/contract"
	"switchroom/engine"
	"switchroom/record"
)

const (
	// boardLive is how old the live part of a wallboard may be: however many watch, the live store is read twice a second.
	boardLive = 500 * time.Millisecond
	// boardSums is the same of what comes from the database: names, and what is over.
	boardSums = 5 * time.Second
	// boardStale is how old that may become while the database is away.
	boardStale = time.Minute
	// boardTime bounds one reading, whoever waits for it.
	boardTime = 5 * time.Second
)

// board is what all wallboards of this process show parts of.
type board struct {
	mu sync.Mutex

	liveAt time.Time
	now    engine.Board

	sumsAt    time.Time
	directory record.Directory
	today     map[engine.BoardLine]contract.BoardToday // with an empty queue: the whole service
}

// GetWallboard shows what happens now in the services of who asks.
func (s *Server) GetWallboard(c echo.Context, p contract.GetWallboardParams) error {
	if err := s.board.refresh(c.Request().Context(), s); err != nil {
		return err
	}
	services, err := s.boardScope(c)
	if err != nil {
		return err
	}
	return unchanged(c, value(p.IfNoneMatch), s.board.shown(services))
}

// boardScope lists the services that are shown; nil: all. It is read from the directory: nobody asks the database each second.
func (s *Server) boardScope(c echo.Context) ([]string, error) {
	who := callerOf(c)
	if who.Key != nil || viewer(c).All {
		return s.scope(c)
	}
	s.board.mu.Lock()
	defer s.board.mu.Unlock()
	for _, p := range s.board.directory.People {
		if p.ID == who.User {
			return list(p.Services), nil
		}
	}
	return []string{}, nil
}

// refresh reads what is too old. Who comes meanwhile waits and finds it read.
func (b *board) refresh(ctx context.Context, s *Server) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), boardTime)
	defer cancel()
	now := s.config.Now()
	if now.Sub(b.sumsAt) >= boardSums {
		if err := b.sum(ctx, s, now); err != nil {
			if now.Sub(b.sumsAt) >= boardStale {
				return databaseAway(err)
			}
			s.config.Log.WarnContext(ctx, "read the sums of a wallboard", "error", err)
		} else {
			b.sumsAt = now
		}
	}
	if now.Sub(b.liveAt) >= boardLive {
		agents, calls, err := s.deps.Live.Everything(ctx)
		if err != nil {
			return liveAway(err)
		}
		b.now, b.liveAt = engine.Overlook(now, agents, calls), now
	}
	return nil
}

// allPeople is more than any organisation has.
const allPeople = 100_000

// sum reads who and what there is, and what is over of today, each service's own.
func (b *board) sum(ctx context.Context, s *Server, now time.Time) error {
	everything := record.Viewer{All: true}
	d, err := s.deps.Records.Directory(ctx, everything, allPeople)
	if err != nil {
		return err
	}
	today := map[engine.BoardLine]contract.BoardToday{}
	days, serviceOf := map[string]string{}, map[string]string{}
	q := record.ReportQuery{Period: record.Day, Direction: record.Inbound}
	for _, v := range d.Services {
		zone, err := time.LoadLocation(v.TimeZone)
		if err != nil {
			zone = time.UTC
		}
		day := now.In(zone).Format(time.DateOnly)
		date, _ := time.Parse(time.DateOnly, day)
		if q.From.IsZero() || date.Before(q.From) {
			q.From = date
		}
		if date.After(q.Until) {
			q.Until = date
		}
		days[v.ID] = day
		today[engine.BoardLine{Service: v.ID}] = contract.BoardToday{}
		for _, name := range v.Queues {
			serviceOf[name] = v.ID
			today[engine.BoardLine{Service: v.ID, Queue: name}] = contract.BoardToday{}
		}
	}
	if len(d.Services) > 0 {
		for _, split := range []record.Subject{record.ByService, record.ByQueue} {
			q.Split = split
			lines, err := s.deps.Records.CallReport(ctx, everything, q)
			if err != nil {
				return err
			}
			for _, l := range lines {
				at := engine.BoardLine{Service: l.Of}
				if split == record.ByQueue {
					at = engine.BoardLine{Service: serviceOf[l.Of], Queue: l.Of}
				}
				if _, there := today[at]; there && l.Period == days[at.Service] {
					v := l.Sums
					today[at] = contract.BoardToday{Answered: v.Completed, Lost: v.Abandoned + v.Overflow, Within20S: v.Within[1], LongestWaitMs: v.Longest.Milliseconds()}
				}
			}
		}
	}
	b.directory, b.today = d, today
	return nil
}

// shown is the part of it that is about these services; nil: all.
func (b *board) shown(only []string) contract.Wallboard {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := contract.Wallboard{Services: []contract.BoardService{}, Agents: []contract.BoardAgent{}}
	member := map[string][]string{} // of a person
	for _, p := range b.directory.People {
		member[p.ID] = p.Services
	}
	names, queueOf := map[string]string{}, map[string]string{}
	for _, v := range b.directory.Services {
		if only != nil && !slices.Contains(only, v.ID) {
			continue
		}
		names[v.ID] = v.Name
		line := engine.BoardLine{Service: v.ID}
		one := contract.BoardService{Id: v.ID, Name: v.Name, Today: b.today[line], InCall: b.now.Lines[line].InCall, Queues: []contract.BoardQueue{}}
		for _, name := range v.Queues {
			queueOf[name] = v.ID
			line.Queue = name
			t := b.now.Lines[line]
			one.InCall += t.InCall
			one.Queues = append(one.Queues, contract.BoardQueue{
				Name: name, Waiting: t.Waiting, Ringing: t.Ringing, InCall: t.InCall, WaitingSince: optionalTime(t.Since), Today: b.today[line],
			})
		}
		out.Services = append(out.Services, one)
	}
	mine := func(service string) bool { _, ok := names[service]; return ok }
	for _, a := range b.now.Agents {
		v := contract.BoardAgent{Id: a.ID, Name: a.Name, Number: optional(a.Number), Status: a.Status, Services: []string{}, Queues: []string{}}
		for _, q := range a.Queues {
			if queueOf[q] != "" {
				v.Queues = append(v.Queues, q)
			}
		}
		for _, id := range member[a.ID] {
			if mine(id) {
				v.Services = append(v.Services, id)
			}
		}
		if c := a.Call; c != nil && mine(c.Service) {
			direction := contract.DirectionInbound
			switch {
			case c.Internal:
				direction = contract.DirectionInternal
			case c.Outbound:
				direction = contract.DirectionOutbound
			}
			v.Call = &contract.BoardCall{Id: c.ID, Service: c.Service, Queue: optional(c.Queue), State: string(c.State), Direction: direction, Since: c.Since}
		}
		if len(v.Services) > 0 || len(v.Queues) > 0 || v.Call != nil {
			out.Agents = append(out.Agents, v)
		}
	}
	slices.SortStableFunc(out.Agents, func(x, y contract.BoardAgent) int { return cmp.Compare(x.Name, y.Name) })
	return out
}
