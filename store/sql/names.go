package sql

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm"

	"switchroom/record"
	"switchroom/settings"
)

// nameOf is an id with its name.
type nameOf struct {
	ID   string
	Name string
}

// NamesOf tells how people, and machines' keys, are called. Those that are not there, or not any more, are left out.
func (s *Store) NamesOf(ctx context.Context, ids []string) (map[string]string, error) {
	const atOnce = 500 // databases bound what one statement may name
	people, keys := map[string]bool{}, map[string]string{}
	for _, id := range ids {
		if key, ok := settings.KeyOf(id); ok {
			keys[key] = id
		} else if id != "" {
			people[id] = true
		}
	}
	out := map[string]string{}
	err := s.read(ctx, "names", func(tx *gorm.DB) error {
		for some := range slices.Chunk(slices.Sorted(maps.Keys(people)), atOnce) {
			var rows []nameOf
			if err := tx.Model(&user{}).Where("id IN ?", some).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				out[r.ID] = r.Name
			}
		}
		for some := range slices.Chunk(slices.Sorted(maps.Keys(keys)), atOnce) {
			var rows []nameOf
			if err := tx.Model(&apiKey{}).Where("id IN ?", some).Find(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				out[keys[r.ID]] = r.Name
			}
		}
		return nil
	})
	return out, err
}

// Directory lists the viewer's services with their queues, and their active people, no more than most.
func (s *Store) Directory(ctx context.Context, v record.Viewer, most int) (d record.Directory, err error) {
	err = s.read(ctx, "directory", func(tx *gorm.DB) error {
		d = record.Directory{}
		own := func(string) *gorm.DB { return tx }
		if !v.All {
			list, err := servicesOf(tx, v.User)
			if err != nil {
				return err
			}
			own = func(column string) *gorm.DB { return tx.Where(column+" IN ?", list) }
		}
		var services []struct{ ID, Name, TimeZone string }
		if err := own("id").Model(&service{}).Select("id, name, time_zone").Order("name, id").Find(&services).Error; err != nil {
			return err
		}
		var queues []queue
		if err := own("service_id").Order("name").Find(&queues).Error; err != nil {
			return err
		}
		for _, r := range services {
			one := record.NamedService{ID: r.ID, Name: r.Name, TimeZone: r.TimeZone}
			for _, q := range queues {
				if q.ServiceID == r.ID {
					one.Queues = append(one.Queues, q.Name)
				}
			}
			d.Services = append(d.Services, one)
		}
		people := tx.Model(&user{}).Where("disabled = ?", false)
		if !v.All {
			people = people.Where("id IN (?)", own("service_id").Model(&serviceMember{}).Select("user_id"))
		}
		var found []nameOf
		if err := people.Order("name, id").Limit(most + 1).Find(&found).Error; err != nil {
			return err
		}
		if d.More = len(found) > most; d.More {
			found = found[:most]
		}
		var members []serviceMember
		if err := own("service_id").Order("service_id").Find(&members).Error; err != nil {
			return err
		}
		at := map[string]int{}
		for i, p := range found {
			at[p.ID] = i
			d.People = append(d.People, record.NamedPerson{ID: p.ID, Name: p.Name})
		}
		for _, m := range members {
			if i, ok := at[m.UserID]; ok {
				d.People[i].Services = append(d.People[i].Services, m.ServiceID)
			}
		}
		return nil
	})
	return d, err
}
